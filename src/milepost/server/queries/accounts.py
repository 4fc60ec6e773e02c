"""Accounts: the companies that people belong to, page by page, with what their people answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from milepost.server.models import Person, Response
from milepost.server.models.people import search_keys
from milepost.server.queries.people import begins
from milepost.server.queries.responses import responses

PAGE = 50
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is written, how many people it has, and what they answered."""

    name: str
    people: int
    answers: int = 0
    low: int = 0
    last: object = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """One page of accounts in the order of their names; `after` is where the next begins."""

    rows: Sequence[Account]
    after: str | None = None


def accounts(text: str = "", *, after: str = "") -> Accounts:
    """Accounts whose names begin so, with the counts of their people and answers."""
    found = _people().exclude(account_key="")
    if text:
        found = found.filter(begins("account_key", _key(text)))
    if after:
        key = _key(after)
        # The bound stands by itself, so that the databases find the place by the index.
        found = found.filter(
            Q(account_key__gte=key) & (Q(account_key__gt=key) | Q(account__gt=after))
        )
    names = found.values("account_key", "account").annotate(people=Count("pk"))
    rows = list(names.order_by("account_key", "account")[: PAGE + 1])
    counts = {row["account"]: row["people"] for row in rows[:PAGE]}
    last = rows[PAGE - 1]["account"] if len(rows) > PAGE else None
    return Accounts(_with_answers(counts), last)


def people_of(name: str) -> QuerySet[Person]:
    """The people of an account, by name."""
    return _people().filter(account_key=_key(name), account=name).order_by("name_key", "pk")


def counts_of(name: str) -> Account:
    """How many people an account has, and what they answered."""
    return _with_answers({name: people_of(name).count()})[0]


def low_answers(name: str) -> list[Response]:
    """The latest low answers of an account about which nobody got in touch."""
    return _latest({"account": name, "low": True, "open": True})


def comments(name: str) -> list[Response]:
    """The latest answers of an account that say something."""
    return _latest({"account": name}, worded=True)


def _latest(wanted: Mapping[str, object], *, worded: bool = False) -> list[Response]:
    found = responses(wanted).filter(quarantined=False)
    if worded:
        found = found.exclude(comment="")
    return list(found.select_related("person", "survey").order_by("-day", "-answered_at")[:SHOWN])


def _people() -> QuerySet[Person]:
    return Person.objects.present().counted()


def _with_answers(people: Mapping[str, int]) -> list[Account]:
    """The accounts with their answers: two queries, however many there are."""
    # The folded names have the index.
    keys = {_key(name) for name in people}
    theirs = Response.objects.filter(
        test=False, quarantined=False,
        person__account_key__in=keys, person__account__in=list(people),
    )  # fmt: skip
    told = theirs.order_by().values("person__account").annotate(many=Count("pk"), last=Max("day"))
    answers = {row["person__account"]: (row["many"], row["last"]) for row in told}
    open_ = responses({"low": True, "open": True}).filter(pk__in=theirs.values("pk"))
    low = dict(open_.order_by().values_list("person__account").annotate(many=Count("pk")))
    return [
        Account(name, many, answers.get(name, (0, None))[0], low.get(name, 0),
                answers.get(name, (0, None))[1])
        for name, many in people.items()
    ]  # fmt: skip


def _key(name: str) -> str:
    return search_keys("", name)["account_key"]
