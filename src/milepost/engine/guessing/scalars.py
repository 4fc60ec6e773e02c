"""Texts as YAML writes them: plain where nothing can go wrong, else between double quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./()+ -]*")
_WORDS = {"", "~", "null", "true", "false", "yes", "no", "on", "off"}


def scalar(text: str) -> str:
    """A text as a YAML scalar that reads back as the same text.

    >>> print(scalar("Ticket #"), scalar("data/a b.csv"), scalar("yes"))
    "Ticket #" data/a b.csv "yes"
    """
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def reference(column: str) -> str:
    """A column of the file as the plan names it; one that starts with '=' needs an expression."""
    if column.startswith("="):
        return scalar('= "' + column.replace('"', '""') + '"')
    return scalar(column)


def listed(texts: Iterable[str]) -> str:
    """Texts as a flow sequence."""
    return f"[{', '.join(map(scalar, texts))}]"


def pairs(texts: Mapping[str, str]) -> str:
    """Texts as a flow mapping from text to text."""
    return "{" + ", ".join(f"{scalar(key)}: {scalar(text)}" for key, text in texts.items()) + "}"


def flow(parts: Mapping[str, str]) -> str:
    """Keys with values that are YAML already, on one line."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
