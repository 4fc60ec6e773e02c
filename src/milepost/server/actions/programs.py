"""Programs: made, changed, started and paused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.text import slugify
from django.utils.translation import gettext as _

from milepost import clock
from milepost.errors import MilepostError
from milepost.programs.deciding.documents import Data, as_data, parse
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Member, Program, Survey

_TOLD_APART = 50


class ProgramChangedError(MilepostError, RuntimeError):
    """Somebody else saved the program since it was opened."""


class ProgramStateError(MilepostError, ValueError):
    """The program is not in the state that this takes."""


def add(title: str, survey: Survey, data: Data, *, by: Member | None) -> Program:
    """A new program, paused, under a free name made of its title. Raises ProgramError."""
    with writing():
        name = _free_name(slugify(title)[:_TOLD_APART].strip("-_") or "program")
        rule = parse({**data, "name": name})
        made = Program.objects.create(
            name=name, title=title, survey=survey, kind=rule.kind, document=as_data(rule),
            updated_at=clock.now(),
        )  # fmt: skip
        record("create_program", made, by, kind=rule.kind)
    return made


def change(
    program: Program, title: str, survey: Survey, data: Data, *, seen: str, by: Member | None
) -> Program:
    """Store another rule, decided about anew at once. `seen` is the `stamp` it was opened with.

    Raises ProgramChangedError if somebody saved it since, ProgramError for what is no program.
    """

    def store(row: Program) -> None:
        if stamp(row) != seen:
            raise ProgramChangedError(f"program '{row.name}' was saved by somebody else; compare")
        rule = parse({**data, "name": row.name, "kind": row.kind})
        row.title, row.survey, row.document = title, survey, as_data(rule)

    return _changed(program, store, verb="change_program", by=by)


def switch(program: Program, on: bool, *, by: Member | None) -> Program:
    """Start asking, or pause. ProgramStateError where its survey cannot be asked."""

    def store(row: Program) -> None:
        if on and (row.survey.current is None or row.survey.archived):
            raise ProgramStateError(
                _("survey '%(name)s' is not asked; publish it first") % {"name": row.survey.name}
            )
        row.active = on

    return _changed(program, store, verb="start_program" if on else "pause_program", by=by)


def stamp(program: Program) -> str:
    """Which state of a program one looks at; another after every saving."""
    return program.updated_at.isoformat() if program.updated_at else ""


def _changed(
    program: Program, store: Callable[[Program], None], *, verb: str, by: Member | None
) -> Program:
    with writing():
        row = Program.objects.select_for_update().get(pk=program.pk)
        store(row)
        now = clock.now()
        # Two savings within a clock's tick must not look like one.
        row.updated_at, row.decide_at = max(now, _after(row.updated_at)), now
        # A worker may hold the row: what it writes stays its own.
        row.save(update_fields=["title", "survey", "document", "active", "updated_at", "decide_at"])
        record(verb, row, by)
    return row


def _after(moment: datetime | None) -> datetime:
    return moment + timedelta(microseconds=1) if moment else clock.now()


def _free_name(wanted: str) -> str:
    found = Program.objects.filter(name__startswith=wanted).values_list("name", flat=True)
    # An address of the pages; no program may bear it.
    taken = {*found, "new"}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)
