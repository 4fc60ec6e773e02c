"""Titles, labels and definitions of metrics in the reader's language; what a plan makes up stays as it is written."""

from __future__ import annotations

import re

from django.utils.translation import pgettext

# They are translated apart from other texts: a plan's own metric may be called 'Save'.
CONTEXT, DEFINITION = "metric", "definition"
_NUMBER = re.compile(r"\b\d+\b")
# What a plan adds to a title of the catalogue: a signal's time, or a variant's name.
_ADDED = re.compile(r"(.+)(?:, (\d+) ?(d|w)[a-z]*| \((\w+)\))", re.IGNORECASE)
SPANS = {"d": "{0} days", "w": "{0} weeks"}


def titled(text: str | None) -> str:
    """A metric's title or label, which data has in English, in the reader's language."""
    if not text:
        return ""
    return _known(text, CONTEXT) or _varied(text) or text


def defined(text: str | None) -> str:
    """A metric's definition in words, which data has in English, in the reader's language."""
    return _known(text, DEFINITION) or text if text else ""


def shape(text: str) -> str:
    """A title with its numbers taken out, which a plan may change.

    >>> shape("Repeat purchase rate within 90 days"), shape("1st contact, 14 d")
    ('Repeat purchase rate within {0} days', '1st contact, {0} d')
    """
    parts = _NUMBER.split(text)
    return parts[0] + "".join(f"{{{at}}}{part}" for at, part in enumerate(parts[1:]))


def _known(text: str, context: str) -> str | None:
    """A text of the catalogue, whatever its numbers are; None for any other."""
    said = pgettext(context, text)
    if said != text:
        return said
    numbers, form = _NUMBER.findall(text), shape(text)
    told = pgettext(context, form)
    return told.format(*numbers) if numbers and told != form else None


def _varied(text: str) -> str | None:
    found = _ADDED.fullmatch(text)
    base = _known(found[1], CONTEXT) if found else None
    if found is None or base is None:
        return None
    if found[4]:
        return f"{base} ({found[4]})"
    return f"{base}, {pgettext(CONTEXT, SPANS[found[3].lower()]).format(found[2])}"
