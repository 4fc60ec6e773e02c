"""HTML with holes: what fills a hole is text, escaped as it goes in, whoever wrote it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

_HOLE = re.compile(r"\{\{(\w+(?::lines)?)\}\}")
_LINES = ":lines"
# Controls, overrides of the direction of writing, and what UTF-8 cannot hold. Isolates stay:
# translators need them around names in another script, and they end with their element.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Template:
    """Markup cut at its holes: text, hole, text, hole, … text."""

    parts: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The markup with each hole filled; a hole without a value is a KeyError: a bug.

        `{{name}}` takes a value on one line, so that it fits an attribute too; `{{name:lines}}`
        keeps its line breaks.
        """
        filled = list(self.parts)
        for at in range(1, len(filled), 2):
            filled[at] = _filling(filled[at], values)
        return "".join(filled)


def template(markup: str) -> Template:
    """Markup of our own, cut at its holes once, so that filling it is quick."""
    return Template(tuple(_HOLE.split(markup)))


def clean(text: str) -> str:
    """Text without what would steer a reader's screen; line breaks stay, as newlines."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    r"""Clean text on one line.

    >>> line(" a\r\nBcc:  b ")
    'a Bcc: b'
    """
    return _SPACE.sub(" ", clean(text)).strip()


def _filling(hole: str, values: Mapping[str, str]) -> str:
    if not hole.endswith(_LINES):
        return html.escape(line(values[hole]))
    text = html.escape(clean(values[hole.removesuffix(_LINES)]).strip())
    return text.replace("\n", "<br>")
