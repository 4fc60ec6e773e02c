"""Files that are no surveys: orders, tickets, calls and mentions, as far as their names tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.words import mentions


@dataclass(frozen=True, slots=True)
class _Sign:
    """How a fact is recognised: words for its key, then for its other columns."""

    fact: str
    key: str
    time: str
    called: tuple[str, ...]
    required: tuple[tuple[str, tuple[str, ...]], ...] = ()
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()


_AGENT = (("agent", ("agent",)), ("team", ("team",)), ("topic", ("topic", "category")))
_SIGNS = (
    _Sign(
        "tickets", "ticket_id", "opened_at", ("ticket", "case", "incident", "complaint"),
        others=(("status", ("status",)), ("channel", ("channel", "via")), *_AGENT),
    ),
    _Sign(
        "orders", "order_id", "ordered_at", ("order", "invoice", "purchase", "transaction"),
        required=(("amount", ("amount", "total", "revenue", "value", "price")),),
    ),
    _Sign(
        "contacts", "contact_id", "at", ("call", "contact", "chat", "conversation"),
        others=(
            ("answered", ("answered",)), ("resolved", ("resolved",)),
            ("wait_seconds", ("wait*", "speed of answer")),
            ("handle_seconds", ("handl*", "talk")), *_AGENT,
        ),
    ),
    _Sign(
        "mentions", "mention_id", "at", ("tweet*", "retweet*", "mention*", "post"),
        required=(("text", ("text", "tweet", "body")),), others=(("author", ("author",)),),
    ),
)  # fmt: skip


def fact_of(columns: Sequence[Profile], *, moment: str | None) -> tuple[str, dict[str, str]] | None:
    """The fact that a file's columns make and how they map onto it; None where nothing fits.

    `moment` is the column that says when. Only a file with one record a key is one.
    """
    if moment is None:
        return None
    for sign in _SIGNS:
        if any(mentions(column.name, sign.called) for column in columns):
            mapped = _mapped(sign, columns, moment)
            if mapped:
                return sign.fact, mapped
    return None


def likely(columns: Sequence[Profile]) -> str | None:
    """The fact whose words a file's columns use, whether or not they can be mapped onto it."""
    for sign in _SIGNS:
        if any(mentions(column.name, sign.called) for column in columns):
            return sign.fact
    return None


def _mapped(sign: _Sign, columns: Sequence[Profile], moment: str) -> dict[str, str] | None:
    unique = [
        c
        for c in columns
        if c.unique and mentions(c.name, ("id", "#", "no", "number", *sign.called))
    ]
    keys = [column for column in unique if mentions(column.name, sign.called)] or unique
    if not keys or keys[0].name == moment:
        return None
    found = {sign.key: keys[0].name, sign.time: moment}
    for name, wanted in (*sign.required, *sign.others):
        match = [c for c in columns if c.name not in found.values() and mentions(c.name, wanted)]
        if match:
            found[name] = match[0].name
    return found if all(name in found for name, _ in sign.required) else None
