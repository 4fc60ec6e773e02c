"""What else a company has in files: referrals, mentions, what the staff say, and what advertising cost."""

from __future__ import annotations

import numpy as np

from milepost.demo.customers import Customers, drawn
from milepost.demo.orders import History
from milepost.demo.span import Array, Span, by_day, dice
from milepost.demo.words import Phrases

BRAND = "Morgenrist"
HEADCOUNT = {"Roastery": 34, "Support": 48, "Shop and web": 26, "Logistics": 32}
_RIVALS = {BRAND: 0.4, "Kværn": 0.27, "Bønneriet": 0.2, "Daily Drip": 0.13}
_SPEND = {"search": 210.0, "social": 160.0, "print": 45.0}


def referrals(people: Customers, found: History, span: Span, seed: int) -> dict[str, Array]:
    """Who recommended Morgenrist to somebody: warm customers more often."""
    rng = dice(seed, "referrals")
    p = np.minimum(0.018 * np.exp(0.7 * people.warmth[found.orders.who]), 0.4)
    chosen = rng.random(len(p)) < p
    who, at = found.orders.who[chosen], found.orders.at[chosen] + 2
    inside = at < span.days
    who, at = who[inside], at[inside]
    taken = np.where(rng.random(len(at)) < 0.24, at + rng.uniform(0.1, 9, len(at)), np.nan)
    taken = np.where(taken < span.days, taken, np.nan)
    return {
        "referrer_id": people.ids[who],
        "at": span.stamps(at),
        "accepted_at": span.stamps(taken),
        "country": people.country[who],
    }


def mentions(span: Span, seed: int, phrases: Phrases) -> dict[str, Array]:
    """What is said in public about Morgenrist and its rivals."""
    rng = dice(seed, "mentions")
    day = np.repeat(np.arange(span.days), rng.poisson(3.2, span.days))
    brand = drawn(rng, _RIVALS, len(day))
    tone = rng.choice([-1, 0, 1], len(day), p=[0.2, 0.42, 0.38])
    tones = {-1: "bad", 0: "middling", 1: "good"}
    texts = [
        phrases.say(rng, "en", "coffee", tones[int(t)]) if name == BRAND else ""
        for name, t in zip(brand, tone, strict=True)
    ]
    return {
        "mention_id": np.array([f"N{n}" for n in range(1, len(day) + 1)]),
        "at": span.stamps(np.sort(by_day(rng, day))),
        "brand": brand,
        "author": np.array([f"user{n}" for n in rng.integers(100, 4000, len(day))]),
        "text": np.array(texts),
        "sentiment": tone,
        "reach": np.round(rng.lognormal(5, 1.4, len(day))),
    }


def staff(span: Span, seed: int) -> dict[str, Array]:
    """What employees answered, a wave each quarter."""
    rng = dice(seed, "staff")
    parts = []
    for wave in range(0, len(span.months) - 1, 3):
        for name, many in HEADCOUNT.items():
            n = int(rng.binomial(many, 0.74))
            feel = rng.normal(-0.35 if name == "Support" else 0.1, 1, n)
            day = span.day(span.months[wave]) + rng.integers(7, 18, n)
            parts.append((np.full(n, name), day, _steps(feel, 7.3, 1.9, (0, 10)),
                          _steps(feel, 3.8, 0.8, (1, 5))))  # fmt: skip
    department, day, recommend, satisfied = (np.concatenate(p) for p in zip(*parts, strict=True))
    return {
        "answer_id": np.array([f"E{n}" for n in range(1, len(day) + 1)]),
        "day": span.stamps(day.astype(float)).astype("datetime64[D]"),
        "department": department,
        "recommend": recommend,
        "satisfied": satisfied,
    }


def spend(span: Span, seed: int) -> dict[str, Array]:
    """What advertising cost, a line a week and kind."""
    rng = dice(seed, "spend")
    weeks = np.arange(0, span.days, 7)
    kinds = np.array(list(_SPEND))
    day, kind = np.repeat(weeks, len(kinds)), np.tile(kinds, len(weeks))
    mean = np.tile(np.array(list(_SPEND.values())) * 7, len(weeks))
    return {
        "day": span.stamps(day.astype(float)).astype("datetime64[D]"),
        "kind": kind,
        "amount": np.round(mean * rng.lognormal(0, 0.18, len(mean)), 2),
    }


def _steps(feel: Array, mean: float, spread: float, ends: tuple[int, int]) -> Array:
    return np.clip(np.round(mean + spread * feel), *ends).astype(int)
