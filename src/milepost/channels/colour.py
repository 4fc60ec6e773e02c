"""Colours that can be read: a brand's own, and black or white upon it by contrast."""

from __future__ import annotations

import re

from milepost.channels.errors import ChannelError

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def checked(colour: str) -> str:
    """A colour written as #rrggbb, in small letters; ChannelError if it is written otherwise."""
    if not _HEX.fullmatch(colour):
        raise ChannelError(f"colour '{colour}' is not understood; write it as #0b5fff")
    return colour.lower()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2, from 1 to 21.

    >>> round(contrast("#ffffff", "#000000"), 2)
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def upon(background: str) -> str:
    """Black or white, whichever reads better on a background: always at least 4.5 to 1.

    >>> upon("#ffee00"), upon("#0b3d91")
    ('#000000', '#ffffff')
    """
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, background))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
