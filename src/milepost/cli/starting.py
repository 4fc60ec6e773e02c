"""`milepost init`: a starter plan from a data file, and what was guessed in plain words."""

from __future__ import annotations

import glob
import os
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from milepost.cli.guarding import refuse_other
from milepost.cli.timezones import system_timezone
from milepost.engine.guessing import Doubt, Guess, Head, Sample, guess, look, plan_text
from milepost.errors import DataError, QuestionError, nearest
from milepost.files import write_text
from milepost.insight.visible import visible, visible_lines

_WIDTH = 80


def start(data: Path, plan: Path, *, force: bool) -> str:
    """Write a starter plan for a data file; gives what to tell about it.

    On a terminal it asks what cannot be known. Raises DataError for a file that cannot be read,
    QuestionError where a plan is there already.
    """
    _refuse(plan, force=force)
    _refuse_missing(data)
    refuse_other(plan, data)
    zone = system_timezone()
    sample = look(str(data), base=Path(), timezone=zone or "UTC")
    found = guess(sample)
    if _interactive():
        found = guess(sample, decided=_asked(found.doubts))
    head = Head(_relative(data, plan), zone or "UTC", from_system=zone is not None,
                doubtful_header=_looks_like_record(sample))  # fmt: skip
    try:
        write_text(plan, plan_text(found, head))
    except OSError as error:
        raise QuestionError(
            f"{plan}: cannot be written ({error.strerror}); choose another file with --plan"
        ) from None
    return visible_lines("\n".join(_told(data, plan, sample, found, head)))


def _refuse(plan: Path, *, force: bool) -> None:
    if plan.is_dir():
        raise QuestionError(f"{plan}: is a folder; name a file such as {plan / 'milepost.yaml'}")
    if plan.exists() and not force:
        raise QuestionError(
            f"{plan}: is there already; replace it with --force, or name another file with --plan"
        )
    if not plan.parent.is_dir():
        raise QuestionError(f"--plan {plan}: there is no folder {plan.parent}; make it first")


def _refuse_missing(data: Path) -> None:
    try:
        if os.path.lexists(data) or glob.has_magic(str(data)):
            return
        close = nearest(data.name, (other.name for other in data.parent.glob("*")))
    except OSError:  # reading it says why
        return
    meant = f"did you mean '{data.parent / close}'?" if close else "name a file that is there"
    raise DataError(f"{data}: not found; {meant}")


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _asked(doubts: tuple[Doubt, ...]) -> dict[str, str]:
    """What a person at the terminal says; nothing is taken where Enter is pressed."""
    import typer

    said = {}
    for doubt in doubts:
        if doubt.choices:
            typer.echo(f"\n{visible(doubt.text)}")
            for number, (_, says) in enumerate(doubt.choices, 1):
                typer.echo(f"  {number}  {visible(says)}")
            answer = typer.prompt(
                "Number, or Enter to leave it open", default="", show_default=False
            )
            if answer.isdigit() and 1 <= int(answer) <= len(doubt.choices):
                said[doubt.key] = doubt.choices[int(answer) - 1][0]
    return said


def _relative(data: Path, plan: Path) -> str:
    """The data file as seen from the plan's folder."""
    file = data.parent.resolve() / data.name
    return Path(os.path.relpath(file, plan.parent.resolve())).as_posix()


def _looks_like_record(sample: Sample) -> bool:
    from milepost.engine.reading.names import doubtful

    return doubtful([column.name for column in sample.columns]) is not None


def _told(data: Path, plan: Path, sample: Sample, found: Guess, head: Head) -> Iterator[str]:
    first = "all " if sample.records != 1 else ""
    looked = f"{first if sample.whole else 'the first '}{sample.records:,}"
    looked += " record" if sample.records == 1 else " records"
    columns = f"{len(sample.columns):,} column{'s' * (len(sample.columns) != 1)}"
    yield f"{plan} is written, from {looked} of {data} ({columns})."
    yield from _sheets(sample)
    yield from _roles(found, head)
    yield from _questions(found)
    yield from _unused(found)
    yield from _list("Please decide", list(_doubts(found, head)))
    yield from _list("Also seen", list(found.remarks))
    yield ""
    yield "Next"
    option = "" if str(plan) == "milepost.yaml" else f" -p {plan}"
    yield f"  read {plan} and correct it"
    yield f"  milepost check{option}"
    yield f"  milepost measure{option}"


def _sheets(sample: Sample) -> Iterator[str]:
    if sample.other_sheets:
        others = ", ".join(f"'{name}'" for name in sample.other_sheets)
        text = f"Sheet '{sample.sheet}' was chosen; there are also {others} (read.sheet)."
        yield textwrap.fill(visible(text), _WIDTH)


def _unused(found: Guess) -> Iterator[str]:
    if found.unused:
        yield ""
        names = ", ".join(visible(name) for name in found.unused)
        yield textwrap.fill(
            f"Not used: {names}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )


def _open_columns(found: Guess) -> list[str]:
    asked = [question.column for question in found.questions if question.open]
    place = [found.stages.column] if found.stages and not found.stages.sure else []
    return list(dict.fromkeys([*found.maybe.values(), *place, *asked]))


def _roles(found: Guess, head: Head) -> Iterator[str]:
    rows = [(name, _source_of(name, column, found)) for name, column in found.columns.items()]
    rows += [("attributes", ", ".join(a.column for a in found.attributes))] * bool(found.attributes)
    undecided = _open_columns(found)
    rows += [("to be decided", ", ".join(undecided))] * bool(undecided)
    rows += [("timezone", head.timezone if head.from_system else "UTC, for the system names none")]
    yield ""
    yield f"Guessed, as {found.fact}" + (" of employees" if found.employees else "")
    for name, text in rows:
        yield from _row(name, text)


def _source_of(name: str, column: str, found: Guess) -> str:
    if found.moments is None or not name.endswith("at"):
        return column
    form = " or ".join(form or "" for form in found.moments.formats)
    return f"{column}  {form} {found.moments.first} to {found.moments.last}".replace("  ", " ")


def _questions(found: Guess) -> Iterator[str]:
    live = [asked for asked in found.questions if not asked.open]
    if live:
        yield ""
        yield "Questions"
    for asked in live:
        column = "" if asked.column == asked.name else f" ({asked.column})"
        scale = f" {asked.scale[0]}-{asked.scale[1]}" if asked.scale else ""
        at = f", at touchpoint {asked.touchpoint}" if asked.touchpoint else ""
        codes = f"; not answered: {', '.join(asked.missing[:8])}" if asked.missing else ""
        best = "; the highest is the best" if asked.high_assumed else ""
        bad = f"; check will reject {', '.join(asked.unread[:4])}" if asked.unread else ""
        yield from _row(
            asked.name, f"{asked.type}{scale}{at}: {asked.why}{column}{best}{codes}{bad}"
        )


def _doubts(found: Guess, head: Head) -> Iterator[str]:
    if head.doubtful_header:
        yield "the first line holds numbers: if it is a record, state read: {header: none, names: […]}"
    yield from map(_doubt, found.doubts)


def _doubt(doubt: Doubt) -> str:
    ways = "; or ".join(f"{name}: {says}" for name, says in doubt.choices)
    return f"{doubt.text} {f'({ways})' if ways else ''}".rstrip()


def _list(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield ""
        yield title
    for item in items:
        yield textwrap.fill(visible(item), _WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _row(name: str, text: str) -> Iterator[str]:
    first = f"  {name:<18} "
    yield textwrap.fill(
        visible(text), _WIDTH, initial_indent=first, subsequent_indent=" " * 21,
        break_on_hyphens=False,
    )  # fmt: skip
