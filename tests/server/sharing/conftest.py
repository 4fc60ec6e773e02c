"""A company with a plan and answers of two months, measured in this process instead of a second one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from milepost import clock
from milepost.engine.project import open_project
from milepost.errors import MilepostError
from milepost.insight.answering import made_of
from milepost.server.limits import TRIES
from milepost.server.measuring.outcome import Refused
from milepost.server.models import Company
from milepost.server.queries import numbers
from tests.insight.company import Row, answers
from tests.insight.company import company as written

# A Sunday, ten o'clock in Copenhagen.
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
WORDS = "The guard SHOUTED at me"
OWNER = "owner@northwind.example"
MODULES = (
    "web.home",
    "web.sharing",
    "web.shared",
    "web.board",
    "web.digests",
    "web.looking",
    "worker.digest_content",
)


def answered(*askings: Any, seconds: float = 0.0) -> tuple[Any, ...]:
    """What the measuring process would say, without one."""
    try:
        project = open_project(numbers.plan_file())
        return made_of(project, lambda reader: tuple(one.answer(reader) for one in askings))
    except MilepostError as error:
        raise numbers.Refusal(Refused("question", (str(error),))) from None


def some(
    day: date, scores: list[int], *, country: str, first: int, touchpoint: str = ""
) -> list[Row]:
    """Answers of customers who are counted up from `first`."""
    people = range(first, first + len(scores))
    return answers(day, scores, country=country, touchpoint=touchpoint, customers=people)


def usual() -> list[Row]:
    """The web shop fell, three customers of NO answered at the desk, and fifty-six of three countries nowhere in particular."""
    made = some(SEPTEMBER, [10] * 160 + [0] * 40, country="DK", first=0, touchpoint="web")
    made += some(OCTOBER, [10] * 80 + [0] * 120, country="DK", first=300, touchpoint="web")
    made += some(OCTOBER, [9, 9, 2], country="NO", first=600, touchpoint="desk")
    made += some(OCTOBER, [10, 8, 3] * 10, country="DK", first=700)
    made += some(OCTOBER, [10, 9, 0] * 8, country="SE", first=800)
    return [*made, *some(OCTOBER, [1, 1], country="NO", first=900)]


@pytest.fixture
def now() -> Iterator[datetime]:
    """The clock held; nobody has tried anything yet."""
    TRIES.clear()
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def plan(
    company: Company, now: datetime, tmp_path: Path, settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., None]:  # fmt: skip
    """Writes a plan with the rows of its survey, those of `usual` if none are given."""
    settings.FOLDER = str(tmp_path)
    for module in MODULES:
        monkeypatch.setattr(f"milepost.server.{module}.numbers", answered)

    def write(rows: list[Row] | None = None, **options: Any) -> None:
        options = {"min_group": 5, "top": "segments: [country]", **options}
        written(tmp_path, usual() if rows is None else rows, web=f", owner: {OWNER}", **options)
        file = tmp_path / "milepost.yaml"
        said = f"columns: {{comment: \"= '{WORDS}'\", "
        file.write_text(file.read_text("utf-8").replace("columns: {", said, 1), "utf-8")

    return write
