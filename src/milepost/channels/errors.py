"""What a channel refuses to carry."""

from __future__ import annotations

from milepost.errors import MilepostError


class ChannelError(MilepostError, ValueError):
    """A message, address or link that must not leave the house as it is."""
