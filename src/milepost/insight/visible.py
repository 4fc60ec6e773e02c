"""Text from outside, such as names in data, made safe to show: nothing in it can steer a terminal."""

from __future__ import annotations

import re

from milepost.errors import one_line

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_LEFT_MARK = "\u200e"


def visible(text: str) -> str:
    r"""The text with what would steer a terminal written out; one line, whatever it holds.

    >>> print(visible("a\x1b[31mred\nb"))
    a\x1b[31mred\nb
    """
    return one_line(text)


def visible_lines(text: str) -> str:
    """A text of several lines, each of them `visible`."""
    return "\n".join(map(visible, text.split("\n")))


def anchored(text: str) -> str:
    """The text kept in its place: from right to left it would draw the numbers beside it along."""
    return f"{_LEFT_MARK}{text}{_LEFT_MARK}" if _RIGHT_TO_LEFT.search(text) else text
