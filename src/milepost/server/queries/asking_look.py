"""All that a page of figures counts, in one piece: it is counted beside the page, and shown when all of it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from milepost import clock
from milepost.server.models import Program
from milepost.server.queries.asking_groups import Group, groups
from milepost.server.queries.coming import Coming, coming
from milepost.server.queries.counting import counting
from milepost.server.queries.program_figures import (
    Counted,
    Steps,
    Stretch,
    all_steps,
    counted,
    course,
    steps,
    together,
)
from milepost.server.queries.scopes import Scope
from milepost.server.queries.what_if import Preview, preview


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks for: the askings, the column or attribute they are grouped by, and what counts as a small group."""

    scope: Scope
    by: str
    today: date
    fewest: int


@dataclass(frozen=True, slots=True)
class Look:
    """What was counted, and when: the way of all askings and of each program (None: by hand), over time and by group.

    `people` are those to whom something was sent; where they are fewer than what was sent, some were
    asked more than once.
    """

    at: datetime
    steps: Steps
    each: Mapping[int | None, Steps]
    people: int
    course: Sequence[Stretch]
    groups: Sequence[Group]
    coming: Sequence[Coming]

    @property
    def again(self) -> bool:
        """Whether anybody was asked more than once."""
        return self.people < self.steps.tally.sent


def look(asked: Asked) -> Look:
    """The figures of one program, the scope's. Raises NotYet."""
    return counting(_of_one, asked)


def look_at_all(asked: Asked, programs: Sequence[Program]) -> Look:
    """The figures of all programs. Raises NotYet."""
    return counting(_of_all, asked, tuple(programs))


def prospect(document: Mapping[str, object], row: Program | None) -> Preview:
    """What a program would do in the coming week; see `what_if.preview`. Raises NotYet, ProgramError."""
    state = row and (row.updated_at, row.active)
    return counting(_previewed, json.dumps(document, sort_keys=True), row, of=state)


def _previewed(document: str, row: Program | None) -> Preview:
    return preview(json.loads(document), row)


def _of_one(asked: Asked) -> Look:
    sent = counted(asked.scope, asked.by)
    assert asked.scope.program is not None
    return _looked(asked, sent, steps(asked.scope.program, asked.scope, sent.all), {})


def _of_all(asked: Asked, programs: Sequence[Program]) -> Look:
    sent = counted(asked.scope, asked.by)
    each = all_steps(programs, asked.scope, sent.by_program)
    return _looked(asked, sent, together(each.values()), each)


def _looked(asked: Asked, sent: Counted, whole: Steps, each: Mapping[int | None, Steps]) -> Look:
    # What draws intervals takes a second to load: here nobody waits for it unawares.
    _ = whole.tally.response.interval
    return Look(
        clock.now(), whole, each, _people(asked.scope), course(sent, asked.today),
        groups(sent.by_value, least=asked.fewest), coming(asked.scope.zone, asked.scope.program),
    )  # fmt: skip


def _people(scope: Scope) -> int:
    """How many people something of a scope was sent to."""
    return scope.sent.order_by().values("person").distinct().count()
