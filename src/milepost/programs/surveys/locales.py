"""Languages: which are shipped, how each is written, and which of them suits a reader."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

LOCALES = ("en", "da", "zh-Hans", "zh-Hant", "de", "fr", "es", "pt", "ar", "ja", "hi")

Direction = Literal["ltr", "rtl"]

_RIGHT_TO_LEFT = {"ar"}
# Readers name a region where the texts differ by script.
_TRADITIONAL = {"tw", "hk", "mo"}
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?"
)
_LONGEST_HEADER = 1_000


def direction(locale: str) -> Direction:
    """Which way a language is written.

    >>> direction("ar"), direction("da")
    ('rtl', 'ltr')
    """
    return "rtl" if locale.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


@cache
def shipped(locale: str) -> Mapping[str, str]:
    """The shipped texts of a language of LOCALES by dotted key.

    >>> shipped("en")["nps.why.passive"]
    'What could we do better?'
    """
    file = resources.files("milepost.programs.texts") / f"{locale}.toml"
    return MappingProxyType(dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")))))


def match_locale(offered: Sequence[str], wanted: str) -> str:
    """The offered language that suits a reader best; the first one offered where none does.

    `wanted` is one language tag or a list with weights, as in an Accept-Language header. Tags are
    looked up as in RFC 4647 (section 3.4); only then does a sister of the same language count.

    >>> match_locale(["en", "zh-Hans", "zh-Hant"], "zh-TW,en;q=0.5")
    'zh-Hant'
    >>> match_locale(["en", "pt"], "pt-BR")
    'pt'
    """
    known = {_canonical(locale): locale for locale in offered}
    ranges = [_canonical(tag) for tag in _by_weight(wanted[:_LONGEST_HEADER])]
    exact = (known[tag] for each in ranges for tag in _shortened(each) if tag in known)
    sisters = (known[tag] for each in ranges for tag in known if _language(tag) == _language(each))
    return next(exact, None) or next(sisters, offered[0])


def _by_weight(wanted: str) -> list[str]:
    found = [_RANGE.fullmatch(part) for part in wanted.split(",")]
    weighted = [(float(each[2] or 1), each[1]) for each in found if each]
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _canonical(tag: str) -> str:
    parts = tag.lower().replace("_", "-").split("-")
    if parts[0] == "zh" and not {"hans", "hant"} & set(parts):
        parts.insert(1, "hant" if _TRADITIONAL & set(parts) else "hans")
    return "-".join(parts)


def _language(tag: str) -> str:
    return tag.split("-")[0]


def _shortened(tag: str) -> Iterator[str]:
    parts = tag.split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", str(value)
