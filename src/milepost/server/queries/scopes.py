"""The askings that a page looks at: of some days, one program or all, a touchpoint, a channel, an attribute.

Invitations belong to the day on which they were sent, in the company's time zone; one that never
went out, to the day on which it was due. Test people are never counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, IntegerField, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from milepost import clock
from milepost.plan.calendar import Calendar, Span
from milepost.plan.model import Period
from milepost.programs.deciding.hours import midnight
from milepost.server.models import Invitation, Program

# The columns that every invitation can be grouped by; other ways are attributes.
COLUMNS = ("channel", "locale", "touchpoint")
# Longer periods are shown by month.
_MOST_WEEKS = 27
_CALENDAR = Calendar()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Days of a zone, and what of their askings; `segments` are names and values of attributes."""

    span: Span
    zone: ZoneInfo
    program: Program | None = None
    touchpoint: str | None = None
    channel: str | None = None
    segments: tuple[tuple[str, str], ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether it is of a part of the program's askings only."""
        return bool(self.touchpoint or self.channel or self.segments)

    @property
    def last(self) -> date:
        """The last of its days."""
        return self.span.until - _DAY

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of its days, and the first after them."""
        return midnight(self.span.since, self.zone), midnight(self.span.until, self.zone)

    @property
    def sent(self) -> QuerySet[Invitation]:
        """The invitations that were sent."""
        since, until = self.moments
        return self._asked().filter(sent_at__gte=since, sent_at__lt=until)

    @property
    def unsent(self) -> QuerySet[Invitation]:
        """The invitations whose time has come and that were closed without being sent."""
        since, until = self.moments
        due = self._asked().filter(due_at__gte=since, due_at__lt=min(until, clock.now()))
        return due.filter(sent_at=None, state="closed")

    def _asked(self) -> QuerySet[Invitation]:
        plain = {"program": self.program, "touchpoint": self.touchpoint, "channel": self.channel}
        given = {column: value for column, value in plain.items() if value}
        rows = Invitation.objects.filter(test=False, **given)
        for number, (name, value) in enumerate(self.segments):
            rows = rows.alias(**{f"segment_{number}": _attribute(name)})
            rows = rows.filter(**{f"segment_{number}": value})
        return rows


def valued(rows: QuerySet[Invitation], by: str) -> QuerySet[Invitation]:
    """Invitations with their `value` of a column or an attribute; empty where it is not known."""
    return rows.annotate(value=F(by) if by in COLUMNS else _attribute(by))


def dated(rows: QuerySet[Invitation], scope: Scope, parts: Sequence[Span]) -> QuerySet[Invitation]:
    """Invitations with `part`, the position of the part of the span in which they were sent."""
    whens = [
        When(sent_at__lt=midnight(each.until, scope.zone), then=Value(number))
        for number, each in enumerate(parts)
    ]
    return rows.annotate(part=Case(*whens, output_field=IntegerField()))


def parts_of(span: Span) -> tuple[Span, ...]:
    """The weeks of a span, or its months where it is long; the first and last are cut to it."""
    every: Period = "week" if span.days <= 7 * _MOST_WEEKS else "month"
    found = _CALENDAR.spans(span.since, span.until - _DAY, every)
    return tuple(
        Span(max(each.since, span.since), min(each.until, span.until), each.every)
        for each in found
    )  # fmt: skip


def _attribute(name: str) -> Cast:
    """An attribute of the asking, or else of the person, as the facts have it."""
    of_asking, of_person = (
        KeyTextTransform(name, column) for column in ("attributes", "person__attributes")
    )
    return Cast(Coalesce(of_asking, of_person, Value("")), CharField())
