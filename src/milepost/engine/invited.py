"""How many people sources say they invited, and how many of them answered."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.engine import sql
from milepost.engine.mapping.account import Account
from milepost.engine.reader import Reader
from milepost.errors import DataError
from milepost.plan.calendar import Span


@dataclass(frozen=True, slots=True)
class Invited:
    """How many people were invited, and how many different responses came back."""

    people: int
    responses: int


def invited(reader: Reader, span: Span) -> Invited | None:
    """The sources that state `invited` and lie wholly within a period; None without any."""
    accounts = [built.account for built in reader.facts.built.values()]
    stated = [a for a in accounts if a.invited and _within(a, span)]
    if not stated:
        return None
    people = sum(account.invited or 0 for account in stated)
    names = [account.source for account in stated]
    query = sql.select(sql.sql("count(DISTINCT (_source, response_id))"))
    query = query.from_(sql.table("responses")).where(sql.one_of(sql.column("_source"), names))
    responses = int(reader.rows(query)[0][0])
    if responses > people:
        raise DataError(
            f"source '{names[0]}': {responses:,} responses of {people:,} invited;"
            " 'invited' must be the number of people asked"
        )
    return Invited(people, responses)


def _within(account: Account, span: Span) -> bool:
    if account.first_day is None or account.last_day is None:
        return False
    return span.since.isoformat() <= account.first_day and account.last_day < span.until.isoformat()
