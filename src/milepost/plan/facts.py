"""The facts: the canonical tables that sources are mapped onto, with their typed columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

ColumnType = Literal["text", "number", "boolean", "time", "date", "seconds"]


@dataclass(frozen=True, slots=True)
class FactShape:
    """One fact: its key column (None: every record is its own), its time, what else it takes.

    `who` is the column that tells whose a row is where no customer is known.
    """

    name: str
    key: str | None
    time: str
    columns: dict[str, ColumnType]
    required: tuple[str, ...]
    who: str | None = None


# Every fact takes these beside its own columns.
SHARED: dict[str, ColumnType] = {
    "customer_id": "text",
    "account_id": "text",
    "touchpoint": "text",
    "channel": "text",
}


# Whose a row is where it names no customer.
_WHO = {
    "visits": "visitor_id", "carts": "visitor_id", "referrals": "referrer_id",
    "reviews": "author", "mentions": "author",
}  # fmt: skip


def _fact(
    name: str, key: str | None, time: str, required: str, /, **columns: ColumnType
) -> FactShape:
    return FactShape(name, key, time, columns, tuple(required.split()), _WHO.get(name))


FACTS = (
    _fact(
        "responses", "response_id", "answered_at", "response_id answered_at",
        response_id="text", answered_at="time", comment="text", locale="text", weight="number",
        program="text", kind="text", audience="text", recovery="number",
    ),
    _fact(
        "invitations", "invitation_id", "sent_at", "invitation_id sent_at",
        invitation_id="text", sent_at="time", delivered_at="time", answered_at="time",
        completed_at="time",
    ),
    _fact(
        "customers", "customer_id", "joined_at", "customer_id joined_at",
        joined_at="time", left_at="time", left_reason="text", acquired_through="text",
        referred_by="text",
    ),
    _fact(
        "orders", "order_id", "ordered_at", "order_id ordered_at amount",
        order_id="text", ordered_at="time", amount="number", margin="number",
    ),
    _fact(
        "subscriptions", "subscription_id", "started_at", "subscription_id started_at",
        subscription_id="text", started_at="time", ended_at="time", monthly_amount="number",
        end_reason="text",
    ),
    _fact(
        "tickets", "ticket_id", "opened_at", "ticket_id opened_at",
        ticket_id="text", opened_at="time", first_replied_at="time", resolved_at="time",
        status="text", reopened="boolean", waiting_seconds="seconds", topic="text", agent="text",
        team="text", due_at="time",
    ),
    _fact(
        "contacts", "contact_id", "at", "contact_id at",
        contact_id="text", at="time", direction="text", ticket_id="text", transferred="boolean",
        topic="text", agent="text", team="text", wait_seconds="seconds",
        handle_seconds="seconds", answered="boolean", resolved="boolean",
        resolvable="boolean",
    ),
    _fact(
        "visits", "visit_id", "started_at", "visit_id started_at",
        visit_id="text", started_at="time", seconds="seconds", pageviews="number",
        clicks="number", intent="text", completed="boolean", converted="boolean",
        visitor_id="text",
    ),
    _fact("events", None, "at", "at event", at="time", event="text", visit_id="text"),
    _fact(
        "carts", "cart_id", "created_at", "cart_id created_at",
        cart_id="text", created_at="time", ordered_at="time", visitor_id="text",
    ),
    _fact(
        "referrals", None, "at", "referrer_id at",
        referrer_id="text", at="time", referred_id="text", accepted_at="time",
    ),
    _fact(
        "reviews", "review_id", "at", "review_id at rating",
        review_id="text", at="time", rating="number", place="text", text="text", author="text",
    ),
    _fact(
        "mentions", "mention_id", "at", "mention_id at",
        mention_id="text", at="time", brand="text", author="text", text="text",
        sentiment="number", reach="number",
    ),
    _fact("spend", None, "at", "at amount", at="time", amount="number", kind="text"),
    _fact(
        "prices", None, "date", "date symbol close", date="date", symbol="text", close="number"
    ),
    _fact("totals", None, "at", "at name value", at="time", name="text", value="number", of="text"),
)  # fmt: skip

BY_NAME = {fact.name: fact for fact in FACTS}
# Facts' names, with that of what is made of facts: who passed which touchpoint.
TAKEN = frozenset({*BY_NAME, "passings"})

# Columns that numbers may be cut by, as attributes are; of a response also how it was asked.
_SEGMENTS = ("account_id", "channel")
_SEGMENTS_OF = {
    "responses": ("question", "program", "kind", "audience", "locale"),
    "customers": ("acquired_through", "left_reason"),
    "subscriptions": ("end_reason",),
    "tickets": ("topic", "agent", "team", "status"),
    "contacts": ("direction", "topic", "agent", "team"),
    "visits": ("intent",),
    "events": ("event",),
    "reviews": ("place",),
    "mentions": ("brand",),
    "spend": ("kind",),
    "totals": ("name", "of"),
}
# What every stored row carries of its own, and what an answer carries beside: no attribute or
# measure may take these names.
STORED: dict[str, ColumnType] = {"bucket": "number", "day": "date", "unit": "text"}
ANSWERED: dict[str, ColumnType] = {
    "answer": "text", "good": "text", "question": "text", "question_type": "text",
    "scale": "text", "score": "number",
}  # fmt: skip
RESERVED = tuple(sorted({*STORED, *ANSWERED}))
# What Milepost's own server brings.
COLLECTED = ("responses", "invitations", "customers")


def segments_of(fact: str) -> tuple[str, ...]:
    """The columns by which a fact's rows may be cut, its attributes aside."""
    return (*_SEGMENTS, *_SEGMENTS_OF.get(fact, ()))


def stored(shape: FactShape) -> dict[str, ColumnType]:
    """The columns that every row of a fact has, whatever its sources map."""
    answered = ANSWERED if shape.name == "responses" else {}
    return {**SHARED, **shape.columns, **STORED, **answered}


def collected(shape: FactShape) -> FactShape:
    """The shape in which the server brings a fact: of responses one row an answer, ready made."""
    if shape.name != "responses":
        return shape
    required = (*shape.required, "question", "question_type")
    return replace(shape, columns={**shape.columns, **ANSWERED}, required=required)
