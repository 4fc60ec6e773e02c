"""The customers: who they are, where they live, what they subscribe to, and how warm they are to the company."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from milepost.demo.span import Array, Span, dice

MANY = 20_000
SCANNED = "Brøndum Logistik"
_ACCOUNTS, _OFFICE, _SCANNED = 240, 0.06, 40
_KNOWN_BEFORE, _DAYS_BEFORE = 0.4, 360

# Country: share of customers, time zone, regions with shares and couriers, languages with shares.
COUNTRIES: Mapping[str, tuple[float, str, Mapping[str, float], str, Mapping[str, float]]] = {
    "DK": (0.46, "Europe/Copenhagen", {"Copenhagen": 0.32, "Zealand": 0.18, "Funen": 0.12, "Jutland": 0.38},
           "Nordpakke", {"da": 0.87, "en": 0.05, "ar": 0.05, "zh-Hans": 0.03}),
    "DE": (0.24, "Europe/Berlin", {"Hamburg": 0.4, "Berlin": 0.35, "Munich": 0.25},
           "Paketo", {"de": 0.88, "en": 0.05, "ar": 0.05, "zh-Hans": 0.02}),
    "ES": (0.12, "Europe/Madrid", {"Madrid": 0.55, "Barcelona": 0.45},
           "Correval", {"es": 0.92, "en": 0.04, "zh-Hans": 0.04}),
    "NL": (0.1, "Europe/Amsterdam", {"Amsterdam": 0.6, "Utrecht": 0.4},
           "Bezorgo", {"en": 0.94, "ar": 0.03, "zh-Hans": 0.03}),
    "IE": (0.08, "Europe/Dublin", {"Dublin": 0.7, "Cork": 0.3}, "Anpakt", {"en": 0.97, "zh-Hans": 0.03}),
}  # fmt: skip
_DEVICES = {"phone": 0.55, "computer": 0.35, "tablet": 0.1}
_TIERS = {"none": 0.62, "monthly": 0.30, "fortnightly": 0.08}
_COLOURS = {"blue": 0.3, "green": 0.22, "red": 0.2, "black": 0.16, "yellow": 0.12}


@dataclass(frozen=True, slots=True)
class Customers:
    """Arrays of one length, one place a customer. `joined` may lie before the span.

    `warmth` has mean 0 and deviation 1: it moves how likely somebody recommends, stays and spends.
    `account` is empty for a private customer.
    """

    ids: Array
    names: Array
    emails: Array
    joined: Array
    country: Array
    region: Array
    locale: Array
    device: Array
    tier: Array
    colour: Array
    account: Array
    warmth: Array

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def courier(self) -> Array:
        """The courier who usually drives to each."""
        return looked_up(self.country, {name: about[3] for name, about in COUNTRIES.items()})

    @property
    def zone(self) -> Array:
        """The time zone of each."""
        return looked_up(self.country, {name: about[1] for name, about in COUNTRIES.items()})


def customers(span: Span, seed: int, many: int = MANY) -> Customers:
    """The customers of a seed."""
    rng = dice(seed, "customers")
    country = drawn(rng, {name: about[0] for name, about in COUNTRIES.items()}, many)
    account = _accounts(rng, many)
    tier = np.where(account != "", "office", drawn(rng, _TIERS, many))
    names = _names(rng, country)
    ids = np.array([f"M{n:05d}" for n in range(1, many + 1)])
    return Customers(
        ids=ids, names=names, emails=_emails(ids, names, account), joined=_joined(rng, span, many),
        country=country, region=_by_country(rng, country, 2), locale=_by_country(rng, country, 4),
        device=drawn(rng, _DEVICES, many), tier=tier, colour=drawn(rng, _COLOURS, many),
        account=account, warmth=rng.normal(size=many),
    )  # fmt: skip


def drawn(rng: np.random.Generator, shares: Mapping[str, float], many: int) -> Array:
    """Words drawn by their shares."""
    p = np.array(list(shares.values()))
    return np.array(list(shares))[rng.choice(len(p), size=many, p=p / p.sum())]


def looked_up(keys: Array, table: Mapping[str, Any]) -> Array:
    """What a table says of each key."""
    known, places = np.unique(keys, return_inverse=True)
    return np.array([table[str(key)] for key in known])[places]


def _by_country(rng: np.random.Generator, country: Array, part: int) -> Array:
    found = np.empty(len(country), dtype="U12")
    for name, about in COUNTRIES.items():
        here = country == name
        shares: Mapping[str, float] = about[2] if part == 2 else about[4]
        found[here] = drawn(rng, shares, int(here.sum()))
    return found


def _joined(rng: np.random.Generator, span: Span, many: int) -> Array:
    before = rng.uniform(-_DAYS_BEFORE, 0, many)
    # A little growth: more come later.
    since = span.days * rng.uniform(0, 1, many) ** 0.9
    return np.floor(np.where(rng.random(many) < _KNOWN_BEFORE, before, since - 1)) + 0.4


def _accounts(rng: np.random.Generator, many: int) -> Array:
    names = _account_names()
    found = np.where(rng.random(many) < _OFFICE, names[rng.integers(0, len(names), many)], "")
    found[rng.choice(many, _SCANNED, replace=False)] = SCANNED
    return found


def _account_names() -> Array:
    words = _words()["accounts"]
    found = [f"{first} {last}" for last in words["lasts"] for first in words["firsts"]]
    return np.array(found[:_ACCOUNTS])


def _names(rng: np.random.Generator, country: Array) -> Array:
    found = np.empty(len(country), dtype="U40")
    for name in COUNTRIES:
        here = np.flatnonzero(country == name)
        some = _words()[name]
        firsts = rng.choice(some["firsts"], len(here))
        lasts = rng.choice(some["lasts"], len(here))
        found[here] = [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
    return found


def _emails(ids: Sequence[str] | Array, names: Array, account: Array) -> Array:
    """Addresses that nobody has: the names of examples are kept free (RFC 2606)."""
    return np.array([
        f"{_plain(name, '.')}.{key[1:].lstrip('0')}@{_plain(firm, '-') or 'post'}.example"
        for key, name, firm in zip(ids, names, account, strict=True)
    ])  # fmt: skip


@cache
def _plain(text: str, joint: str) -> str:
    """A text as it stands in addresses.

    >>> _plain("Søren Bæk", "."), _plain("Brøndum Logistik", "-")
    ('soren.baek', 'brondum-logistik')
    """
    for letter, plain in (("ø", "o"), ("æ", "ae"), ("å", "aa"), ("ß", "ss"), ("'", "")):
        text = text.lower().replace(letter, plain)
    apart = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return joint.join(apart.split())


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))
