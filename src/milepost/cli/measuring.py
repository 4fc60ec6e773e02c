"""`milepost measure`: options to a question, and its answer in the format that was asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from milepost.cli import running
from milepost.engine.project import open_project
from milepost.engine.question import Against, Question
from milepost.errors import QuestionError, hint
from milepost.files import replacing
from milepost.insight.answer import Answer
from milepost.insight.display import lines_of
from milepost.insight.measuring import answer
from milepost.plan.calendar import parse_duration
from milepost.plan.model import Period

FORMATS = ("table", "json", "csv", "parquet")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were typed."""

    metrics: tuple[str, ...]
    touchpoint: str | None
    by: tuple[str, ...]
    every: str | None
    rolling: str | None
    since: str | None
    until: str | None
    where: str | None
    against: str
    pooled: bool
    unweighted: bool


def run(plan: Path, asked: Asked, *, details: bool, format: str, out: Path | None) -> None:
    """Answer and print, or write to `out`."""
    one_of("--format", format, FORMATS)
    question = question_of(asked)
    project = open_project(plan)
    with running.progress() as show:
        found = answer(project, question, progress=show)
    if format == "parquet":
        _parquet(found, out)
    elif format == "table" and out is None:
        console = running.console()
        for line in lines_of(found, width=running.width(), details=details):
            console.print(line)
    else:
        _text(_written(found, format, details=details), out)


def question_of(asked: Asked) -> Question:
    """The question that the options make. Raises QuestionError for the first that is wrong."""
    if asked.every:
        one_of("--every", asked.every, get_args(Period))
    one_of("--against", asked.against, get_args(Against))
    every: Any = asked.every
    against: Any = asked.against
    return Question(
        metrics=asked.metrics,
        touchpoint=asked.touchpoint,
        by=tuple(name.strip() for part in asked.by for name in part.split(",") if name.strip()),
        every=every,
        rolling=parse_duration(asked.rolling) if asked.rolling else None,
        since=_day("--since", asked.since),
        until=_day("--until", asked.until),
        where=asked.where,
        against=against,
        pooled=asked.pooled,
        unweighted=asked.unweighted,
    )


def _written(found: Answer, format: str, *, details: bool) -> str:
    if format == "json":
        return found.to_json() + "\n"
    if format == "csv":
        return found.to_csv()
    return found.table(details=details) + "\n"


def _text(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    with replacing(out) as partial:
        partial.write_text(text, encoding="utf-8")


def _parquet(found: Answer, out: Path | None) -> None:
    import pyarrow.parquet as pq

    if out is None:
        raise QuestionError("--format parquet needs a file: add --out FILE")
    with replacing(out) as partial:
        pq.write_table(found.to_arrow(), partial)


def _day(flag: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionError(f"{flag} '{text}' is not a day; write it as YYYY-MM-DD") from None


def one_of(flag: str, value: str, known: Sequence[str]) -> None:
    """Raise QuestionError unless an option has one of its values."""
    if value not in known:
        raise QuestionError(f"{flag} '{value}' is unknown{hint(value, known)}")
