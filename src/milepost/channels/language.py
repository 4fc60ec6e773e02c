"""The language of a mail or poster, and the direction it is written in."""

from __future__ import annotations

import re
from typing import Literal

from milepost.channels.errors import ChannelError

Direction = Literal["ltr", "rtl"]

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check(tag: str, direction: str) -> None:
    """ChannelError unless the tag is one of BCP 47 and the direction is ltr or rtl."""
    if not _TAG.fullmatch(tag):
        raise ChannelError(f"language '{tag[:40]}' is not a tag such as en or zh-Hans")
    if direction not in ("ltr", "rtl"):
        raise ChannelError(f"direction '{direction[:40]}' is unknown; known: ltr, rtl")
