"""The web shop: a sample of visits, with the carts and checkouts in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from milepost.demo.customers import COUNTRIES, drawn
from milepost.demo.span import Array, Span, by_day, dice

_A_DAY = 150
_DEVICES = {"phone": 0.58, "computer": 0.34, "tablet": 0.08}
_INTENTS = {"buy": 0.42, "learn": 0.23, "compare": 0.2, "account": 0.1, "support": 0.05}
# Of visits: with a cart; of carts: to the checkout; of checkouts: ordered, and so during the fault.
_CART, _CHECKOUT, _ORDERED, _FAULTY = 0.24, 0.55, 0.66, 0.24


@dataclass(frozen=True, slots=True)
class Shop:
    """Tables by the names of their columns."""

    visits: dict[str, Array]
    carts: dict[str, Array]
    events: dict[str, Array]


def shop(span: Span, seed: int) -> Shop:
    """The visits of a seed; on phones the checkout fails in the weeks of the fault."""
    rng = dice(seed, "shop")
    many = _A_DAY * span.days
    at = np.sort(by_day(rng, rng.integers(0, span.days, many)))
    device = drawn(rng, _DEVICES, many)
    broken = (device == "phone") & span.within(at, span.fault)
    cart = rng.random(many) < _CART
    checkout = cart & (rng.random(many) < _CHECKOUT)
    ordered = checkout & (rng.random(many) < np.where(broken, _FAULTY, _ORDERED))
    pages = 1 + rng.poisson(4.5, many) + np.where(cart, 4, 0)
    seconds = np.round(pages * rng.gamma(2.2, 14, many))
    ids = np.array([f"V{n}" for n in range(1, many + 1)])
    shared = {
        "visitor_id": np.array([f"W{n}" for n in rng.integers(1, many // 2, many)]),
        "device": device,
        "country": drawn(rng, {name: about[0] for name, about in COUNTRIES.items()}, many),
    }
    visits = {
        "visit_id": ids, "started_at": span.stamps(at), "seconds": seconds, "pageviews": pages,
        "clicks": rng.poisson(pages * 1.6), "intent": drawn(rng, _INTENTS, many),
        "completed": rng.random(many) < np.where(broken, 0.58, 0.72), "converted": ordered, **shared,
    }  # fmt: skip
    return Shop(visits, _carts(span, rng, at, cart, ordered, shared),
                _events(span, at, ids, checkout, ordered, device))  # fmt: skip


def _carts(
    span: Span, rng: np.random.Generator, at: Array, cart: Array, ordered: Array,
    shared: dict[str, Array],
) -> dict[str, Array]:  # fmt: skip
    filled = at[cart] + 3 / 1440
    bought = np.where(ordered[cart], filled + rng.uniform(3, 25, int(cart.sum())) / 1440, np.nan)
    return {
        "cart_id": np.array([f"C{n}" for n in range(1, len(filled) + 1)]),
        "created_at": span.stamps(filled),
        "ordered_at": span.stamps(bought),
        **{name: column[cart] for name, column in shared.items()},
    }


def _events(
    span: Span, at: Array, ids: Array, checkout: Array, ordered: Array, device: Array
) -> dict[str, Array]:
    moments = np.concatenate([at[checkout] + 4 / 1440, at[ordered] + 30 / 1440])
    order = np.argsort(moments, kind="stable")
    names = np.repeat(["checkout", "order"], [checkout.sum(), ordered.sum()])
    return {
        "at": span.stamps(moments[order]),
        "event": names[order],
        "visit_id": np.concatenate([ids[checkout], ids[ordered]])[order],
        "device": np.concatenate([device[checkout], device[ordered]])[order],
    }
