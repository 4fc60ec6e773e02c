"""The whole company of a seed and a day: everything that the files and the database are written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from milepost.demo import others, support
from milepost.demo.answers import Answer, Nameless, answers, gifts
from milepost.demo.asking import Asking, asking
from milepost.demo.customers import MANY, Customers, customers
from milepost.demo.occasions import occasions
from milepost.demo.orders import History, history, subscriptions
from milepost.demo.shop import shop
from milepost.demo.span import Array, Span, span_of
from milepost.demo.words import phrases

SEED = 7
Columns = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class World:
    """`tables` are the data files by name; `answers` go by the place of their asking."""

    span: Span
    people: Customers
    history: History
    tables: Mapping[str, Columns]
    asking: Asking
    answers: Mapping[int, Answer]
    nameless: Sequence[Nameless]


def world(
    today: date, seed: int = SEED, many: int = MANY, *, told: Callable[[str], None] = lambda _: None
) -> World:
    """Make the company; `told` hears of each part before it is made."""
    span, words = span_of(today), phrases()
    told("customers and their orders")
    people = customers(span, seed, many)
    past = history(people, span, seed)
    help_ = support.tickets(people, past, span, seed)
    told("visits, calls and mentions")
    seen = shop(span, seed)
    tables = {
        "orders": _orders(people, past, span),
        "deliveries": _deliveries(people, past, span),
        "subscriptions": subscriptions(people, past, span),
        "tickets": support.columns_of(help_, people, span),
        "calls": support.calls(people, span, seed),
        "visits": seen.visits, "carts": seen.carts, "checkouts": seen.events,
        "referrals": others.referrals(people, past, span, seed),
        "mentions": others.mentions(span, seed, words),
        "staff": others.staff(span, seed),
        "spend": others.spend(span, seed),
    }  # fmt: skip
    told("invitations and answers")
    asked = asking(people, occasions(people, past, help_, span, seed), span, seed)
    said = answers(people, asked.asked, words, seed)
    return World(span, people, past, tables, asked, said, gifts(span, words, seed))


def _orders(people: Customers, past: History, span: Span) -> Columns:
    orders = past.orders
    return {
        "order_id": _numbered("O", len(orders)), "customer_id": people.ids[orders.who],
        "ordered_at": span.stamps(orders.at), "amount": orders.amount, "margin": orders.margin,
        "coffee": orders.coffee, "country": people.country[orders.who],
        "region": people.region[orders.who], "device": people.device[orders.who],
        "tier": people.tier[orders.who], "favourite_colour": people.colour[orders.who],
    }  # fmt: skip


def _deliveries(people: Customers, past: History, span: Span) -> Columns:
    orders = past.orders
    done = orders.delivered < span.days
    who = orders.who[done]
    return {
        "order_id": _numbered("O", len(orders))[done], "customer_id": people.ids[who],
        "delivered_at": span.stamps(orders.delivered[done]), "late": orders.late[done],
        "courier": orders.courier[done], "country": people.country[who],
        "region": people.region[who], "tier": people.tier[who],
        "favourite_colour": people.colour[who],
    }  # fmt: skip


def _numbered(letter: str, many: int) -> Array:
    return np.array([f"{letter}{n:06d}" for n in range(1, many + 1)])
