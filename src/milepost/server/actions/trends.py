"""Trends: a search kept under a name, shared or not, and forgotten."""

from __future__ import annotations

from django.db import IntegrityError

from milepost.errors import DataError
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Member, Trend


class NameTakenError(DataError):
    """The member has a trend of this name."""

    def __init__(self) -> None:
        super().__init__("you have a saved search of this name; choose another")


def keep(by: Member, *, name: str, query: str, shared: bool) -> Trend:
    """Keep a search; `query` is a filter as it stands in an address. Raises NameTakenError."""
    trend = Trend(member=by, name=name, query=query, shared=shared)
    _save(trend, "search saved", by)
    return trend


def edit(trend: Trend, by: Member, *, name: str, shared: bool) -> None:
    """Give it another name, show it to everybody or to its owner alone. Raises NameTakenError."""
    trend.name, trend.shared = name, shared
    _save(trend, "search edited", by)


def forget(trend: Trend, by: Member) -> None:
    """Keep it no longer."""
    with writing():
        record("search removed", trend, by)
        trend.delete()


def _save(trend: Trend, verb: str, by: Member) -> None:
    try:
        with writing():
            trend.save()
            record(verb, trend, by, shared=trend.shared)
    except IntegrityError:
        raise NameTakenError from None
