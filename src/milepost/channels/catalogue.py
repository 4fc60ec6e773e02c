"""Every channel there is."""

from __future__ import annotations

from milepost.channels import link, qr
from milepost.channels.channel import Channel
from milepost.channels.email import channel as email

CHANNELS: tuple[Channel, ...] = (
    email.CHANNEL,
    link.CHANNEL,
    qr.CHANNEL,
)

BY_NAME = {channel.name: channel for channel in CHANNELS}
