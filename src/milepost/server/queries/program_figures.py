"""What came of asking: every step from who was considered to who answered, counted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from milepost.plan.calendar import Span
from milepost.server.models import Decision, Invitation, Program
from milepost.server.queries.rates import Share
from milepost.server.queries.scopes import Scope, dated, parts_of, valued

# An answer mostly comes within a week: before that a rate is still growing.
GROWING_DAYS = 7
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of invitations that were sent.

    `nameless` are answered, with nothing kept of how far; `delivered` and `bounced` are what
    mail servers told, `reached` are answered of those delivered.
    """

    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    complete: int = 0
    partial: int = 0
    nameless: int = 0
    quarantined: int = 0
    reached: int = 0

    @property
    def answered(self) -> int:
        """Those that count as answered."""
        return self.complete + self.partial + self.nameless

    @property
    def response(self) -> Share:
        """Answered of sent: the response rate."""
        return Share(self.answered, self.sent)

    @property
    def completion(self) -> Share:
        """Answered to the end, of those of which it is known how far."""
        return Share(self.complete, self.complete + self.partial)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(read(self) + read(other) for read in _COUNTS))


_COUNTS = tuple(attrgetter(each.name) for each in fields(Tally))


@dataclass(frozen=True, slots=True)
class Steps:
    """The way from considering to answers.

    `considered` are people of whom a decision stands (of a transactional program's own page:
    events of the period), `asking` those of them who are asked; both None where only a part of
    the askings is looked at. `unsent` maps why an invitation was not sent to how many.
    """

    considered: int | None
    asking: int | None
    tally: Tally
    unsent: Mapping[str, int]
    unsubscribed: int
    complained: int

    @property
    def planned(self) -> int:
        """Invitations whose time came in the period."""
        return self.tally.sent + sum(self.unsent.values())

    @property
    def failed(self) -> int:
        """Invitations that could not be sent, for no reason of the person's."""
        return self.unsent.get("failed", 0)

    @property
    def refused(self) -> int:
        """Invitations that the receiving server refused at once."""
        return self.unsent.get("bounced", 0)

    @property
    def withdrawn(self) -> list[tuple[str, int]]:
        """Why others were not sent, for something came between; the most frequent first."""
        rest = {why: many for why, many in self.unsent.items() if why not in ("failed", "bounced")}
        return sorted(rest.items(), key=lambda each: (-each[1], each[0]))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A week or month of the period; `growing`: its last askings may still be answered."""

    span: Span
    tally: Tally
    growing: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """The tallies of a scope by program, by part of its days, and by value of what it is grouped by."""

    parts: tuple[Span, ...]
    found: Mapping[Key, Tally]

    @property
    def all(self) -> Tally:
        """All of them together."""
        return total(self.found.values())

    @property
    def by_program(self) -> dict[int | None, Tally]:
        """By the program's id; None: asked by hand."""
        return _rolled(self.found, 0)

    @property
    def by_part(self) -> dict[int, Tally]:
        """By the part's position."""
        return _rolled(self.found, 1)

    @property
    def by_value(self) -> dict[str, Tally]:
        """By value; empty: not known."""
        return _rolled(self.found, 2)


def tallies(rows: QuerySet[Invitation], *dimensions: str) -> dict[Key, Tally]:
    """The tally of each combination of some columns, in one query."""
    counted = (
        rows.annotate(result=_RESULT).order_by().values_list(*dimensions, "result").annotate(
            Count("pk"), Count("delivered_at"), Count("bounced_at")
        )
    )  # fmt: skip
    found: dict[Key, Tally] = {}
    for *key, result, many, delivered, bounced in counted:
        one = _tally(result, many, delivered, bounced)
        found[tuple(key)] = found.get(tuple(key), Tally()) + one
    return found


# An answer of a nameless survey leaves no trace at its invitation but that there was one.
_RESULT = Case(
    When(response__quarantined=True, then=Value("quarantined")),
    When(state="answered", response__state="complete", then=Value("complete")),
    When(state="answered", response__state="partial", then=Value("partial")),
    When(state="answered", then=Value("nameless")),
    default=Value(""),
)


def _tally(result: str, many: int, delivered: int, bounced: int) -> Tally:
    one = Tally(many, delivered, bounced, **({result: many} if result else {}))
    return replace(one, reached=delivered) if one.answered else one


def _rolled(found: Mapping[Key, Tally], place: int) -> dict[Any, Tally]:
    made: dict[Any, Tally] = {}
    for key, tally in found.items():
        made[key[place]] = made.get(key[place], Tally()) + tally
    return made


def total(found: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(found, start=Tally())


def counted(scope: Scope, by: str) -> Counted:
    """All that was sent of a scope; `by` is a column or an attribute.

    One look at the rows for all that a page tells of them: looking is what takes the time.
    """
    parts = parts_of(scope.span)
    rows = valued(dated(scope.sent, scope, parts), by)
    return Counted(parts, tallies(rows, "program", "part", "value"))


def course(found: Counted, today: date) -> list[Stretch]:
    """Every week or month of the scope's days with its tally, empty ones too."""
    fresh, by_part = today - timedelta(days=GROWING_DAYS), found.by_part
    return [
        Stretch(each, by_part.get(number, Tally()), each.until > fresh)
        for number, each in enumerate(found.parts)
    ]


def steps(program: Program, scope: Scope, tally: Tally) -> Steps:
    """The way of one program; `tally` is of what was sent."""
    considered, asking = (None, None) if scope.narrowed else _considered(program, scope)
    left = _left(scope.sent)
    return Steps(
        considered, asking, tally, _unsent(scope).get(program.pk, {}),
        left.get((program.pk, "unsubscribed"), 0), left.get((program.pk, "complained"), 0),
    )  # fmt: skip


def all_steps(
    programs: Sequence[Program], scope: Scope, tally: Mapping[int | None, Tally]
) -> dict[int | None, Steps]:
    """The way of every program by its id, and of what was asked by hand (None), in a fixed number of queries.

    `tally` is of what was sent.
    """
    unsent, left = _unsent(scope), _left(scope.sent)
    found: dict[int | None, Steps] = {}
    for key, counts in [*((each.pk, each.counts) for each in programs), (None, {})]:
        considered, asking = sum(counts.values()), counts.get("asked", 0)
        found[key] = Steps(
            None if scope.narrowed else considered, None if scope.narrowed else asking,
            tally.get(key, Tally()), unsent.get(key, {}),
            left.get((key, "unsubscribed"), 0), left.get((key, "complained"), 0),
        )  # fmt: skip
    return found


def together(found: Iterable[Steps]) -> Steps:
    """Several programs as one; nobody is considered by all of them together."""
    parts = list(found)
    unsent: dict[str, int] = {}
    for why, many in (pair for each in parts for pair in each.unsent.items()):
        unsent[why] = unsent.get(why, 0) + many
    return Steps(
        None, None, total(each.tally for each in parts), unsent,
        sum(each.unsubscribed for each in parts), sum(each.complained for each in parts),
    )  # fmt: skip


def _considered(program: Program, scope: Scope) -> tuple[int, int]:
    """Decisions about the period's events; of people, who have no period, those that stand."""
    if program.kind == "relationship":
        return sum(program.counts.values()), program.counts.get("asked", 0)
    since, until = scope.moments
    rows = Decision.objects.filter(
        program=program, event__received_at__gte=since, event__received_at__lt=until
    )
    found = rows.aggregate(all=Count("pk"), asked=Count("pk", filter=Q(asked=True)))
    return found["all"], found["asked"]


def _unsent(scope: Scope) -> dict[int | None, dict[str, int]]:
    """By program: why invitations were never sent, and how many."""
    counted = scope.unsent.order_by().values_list("program", "closed_because").annotate(Count("pk"))
    found: dict[int | None, dict[str, int]] = {}
    for program, why, many in counted:
        found.setdefault(program, {})[why] = many
    return found


def _left(rows: QuerySet[Invitation]) -> dict[tuple[int | None, str], int]:
    """By program and status: people for whom one of these was the last asking before they left."""
    between = Invitation.objects.filter(
        person=OuterRef("person"), test=False, sent_at__gt=OuterRef("sent_at"),
        sent_at__lte=OuterRef("person__status_since"),
    )  # fmt: skip
    last = rows.filter(
        ~Exists(between), person__status__in=("unsubscribed", "complained"),
        person__status_since__gte=F("sent_at"),
    )  # fmt: skip
    counted = last.order_by().values_list("program", "person__status").annotate(Count("pk"))
    return {(program, status): many for program, status, many in counted}
