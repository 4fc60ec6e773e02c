"""What e-mail declares of itself."""

from __future__ import annotations

from milepost.channels.channel import Channel

CHANNEL = Channel(
    name="email",
    title="E-mail",
    address="email",
    consent="opt_out",
    words="The question in a mail, with a button for each score.",
)
