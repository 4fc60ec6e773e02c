"""Placeholders in texts: `{{ name | there }}` is a value, or what stands after the bar.

A value is text: what it holds is never expanded again, and it is cut and freed of controls. HTML
is escaped where a page or a mail is made, not here, since a text also goes where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST_VALUE = 200

_PLACEHOLDER = re.compile(r"\{\{\s*([^\W\d]\w{0,63})\s*(?:\|([^{}|]*))?\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
# Controls, and what would turn the direction of the text around a value.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its placeholders replaced; without value and fall-back nothing is put there.

    >>> fill("Hi {{ name | there }}, how was {{ product }}?", {"name": " ", "product": "Tea"})
    'Hi there, how was Tea?'
    >>> fill("Hi {{ name }}", {"name": "{{ secret }}", "secret": "x"})
    'Hi {{ secret }}'
    """
    return _PLACEHOLDER.sub(
        lambda found: _value(values, found[1]) or (found[2] or "").strip(), text
    )


def placeholders_in(text: str) -> tuple[str, ...]:
    """The names of a text's placeholders, each once, in order.

    >>> placeholders_in("{{ b }} {{ a | x }} {{b}}")
    ('b', 'a')
    """
    return tuple(dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text)))


def malformed(text: str) -> str | None:
    """What is wrong with the first broken placeholder of a text; None where all are well.

    >>> malformed("Hi {{ name | there }")
    "'{{ name | there }' is no placeholder; expected one such as '{{ name | there }}'"
    """
    rest = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    found = _BRACES.search(rest)
    if not found:
        return None
    shown = text[found.start() : found.start() + 30].split("\n")[0]
    return f"'{shown}' is no placeholder; expected one such as '{{{{ name | there }}}}'"


def plain(value: object) -> str:
    """A value as one line of clean text of at most LONGEST_VALUE characters.

    >>> plain("  Ann\\nLee\\x00 ")
    'Ann Lee'
    """
    return _SPACES.sub(" ", without_controls(str(value))).strip()[:LONGEST_VALUE].strip()


def without_controls(text: str) -> str:
    """The text without controls other than tabs and line ends; databases refuse some of them."""
    return _CONTROL.sub("", text)


def _value(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return "" if value is None else plain(value)
