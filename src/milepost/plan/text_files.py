"""How a plan says what a text file is written in and what parts its columns."""

from __future__ import annotations

import codecs
from encodings.aliases import aliases

WHITESPACE = "whitespace"
_WORDS = {"tab": "\t", WHITESPACE: WHITESPACE}
# What quotes a cell or ends a line parts no columns.
_NO_DELIMITERS = '"\r\n\0'


def codec_of(encoding: str) -> str:
    """Python's name of the codec for text that is meant. Raises LookupError where it has none.

    >>> codec_of("Latin1")
    'iso8859-1'
    """
    try:
        "a".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, UnicodeError, ValueError):
        raise LookupError(encoding) from None


def codecs_known() -> set[str]:
    """The codecs Python has for text, as people write them; those for bytes end in _codec."""
    return {name.replace("_", "-") for name in aliases.values() if not name.endswith("_codec")}


def delimiter_of(stated: str) -> str:
    """The character that a plan states, or WHITESPACE. Raises ValueError where it parts no columns.

    >>> delimiter_of("tab"), delimiter_of(";")
    ('\\t', ';')
    """
    found = _WORDS.get(stated, stated)
    if found != WHITESPACE and (len(found) != 1 or not found.isascii() or found in _NO_DELIMITERS):
        raise ValueError(stated)
    return found
