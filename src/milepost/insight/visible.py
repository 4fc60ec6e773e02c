"""Text from outside, such as names in data, made safe to show: nothing in it can steer a terminal."""

from __future__ import annotations

import re

# Controls, line separators, lone surrogates, and what overrides the direction of writing.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_LEFT_MARK = "\u200e"


def visible(text: str) -> str:
    r"""The text with what would steer a terminal written out; one line, whatever it holds.

    >>> print(visible("a\x1b[31mred\nb"))
    a\x1b[31mred\nb
    """
    return _STEERING.sub(_written_out, text)


def visible_lines(text: str) -> str:
    """A text of several lines, each of them `visible`."""
    return "\n".join(map(visible, text.split("\n")))


def anchored(text: str) -> str:
    """The text kept in its place: from right to left it would draw the numbers beside it along."""
    return f"{_LEFT_MARK}{text}{_LEFT_MARK}" if _RIGHT_TO_LEFT.search(text) else text


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
