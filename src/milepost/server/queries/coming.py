"""What is coming: the messages that wait to be sent, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Value, When

from milepost import clock
from milepost.programs.deciding.hours import midnight
from milepost.server.models import Message, Program

DAYS = 14
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """The messages of one day: first ones, and reminders to those who will not have answered."""

    day: date
    first: int
    reminders: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.first + self.reminders


def coming(zone: ZoneInfo, program: Program | None = None) -> Sequence[Coming]:
    """Every one of the next days of a zone with its messages; what is overdue counts to the first."""
    today = clock.now().astimezone(zone).date()
    days = [today + number * _DAY for number in range(DAYS)]
    rows = Message.objects.filter(
        state__in=("waiting", "claimed"), due_at__lt=midnight(days[-1] + _DAY, zone),
        invitation__test=False,
    )  # fmt: skip
    if program:
        rows = rows.filter(invitation__program=program)
    whens = [
        When(due_at__lt=midnight(day + _DAY, zone), then=Value(number))
        for number, day in enumerate(days)
    ]
    dated = rows.annotate(on=Case(*whens, output_field=IntegerField())).order_by()
    first, reminders = Counter[int](), Counter[int]()
    for number, ordinal, many in dated.values_list("on", "ordinal").annotate(Count("pk")):
        (first if ordinal == 1 else reminders)[number] += many
    return [Coming(day, first[number], reminders[number]) for number, day in enumerate(days)]
