"""What columns are called: their names in words, and as names that a plan may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_PARTS = re.compile(
    rf"[{_UPPER}]+(?![{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|[^\W\d_{_UPPER}{_LOWER}]+|\d+"
)
_LONGEST = 40


def words(name: str) -> tuple[str, ...]:
    """The words and numbers of a name, in lower case.

    >>> words("EnvironmentSatisfaction"), words("NPS_SCORE"), words("Q7FOOD"), words("Vægt")
    (('environment', 'satisfaction'), ('nps', 'score'), ('q', '7', 'food'), ('vægt',))
    """
    return tuple(part.lower() for part in _PARTS.findall(name))


def mentions(name: str, wanted: Iterable[str]) -> bool:
    """Whether a word of the name is one of those wanted; `recomm*` stands for its beginnings.

    >>> mentions("How likely are you to recommend us?", ["nps", "recomm*"])
    True
    """
    have = words(name)
    return any(_among(want, have) for want in wanted)


def identifier(name: str, *, taken: Iterable[str] = (), instead: str = "column") -> str:
    """A name of lower-case letters, digits and _ that is not taken yet.

    >>> identifier("Which service? (2nd)"), identifier("顧客"), identifier("7")
    ('which_service_2nd', 'column', 'column_7')
    """
    split = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    bare = re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
    if len(bare) > _LONGEST:
        bare = bare[: _LONGEST + 1].rpartition("_")[0] or bare[:_LONGEST]
    if not bare or not bare[0].isalpha():
        bare = f"{instead}_{bare}".rstrip("_")
    used = set(taken)
    free, number = bare, 2
    while free in used:
        free, number = f"{bare}_{number}", number + 1
    return free


def stem(name: str) -> str:
    """What the items of one block of questions share: the name without its last number.

    >>> stem("CUSA1"), stem("Seat comfort")
    ('cusa', 'seat comfort')
    """
    return re.sub(r"[\W_]*\d+$", "", name.lower()) or name.lower()


def shown(text: str, *, longest: int = 48) -> str:
    """A name or value as it may stand in a comment or a terminal: one printable line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _among(want: str, have: tuple[str, ...]) -> bool:
    if want.endswith("*"):
        return any(word.startswith(want[:-1]) for word in have)
    if " " in want:
        return f" {want} " in f" {' '.join(have)} "
    return want in have
