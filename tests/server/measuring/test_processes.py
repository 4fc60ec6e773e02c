"""The measuring process as it is: numbers come back, one that is killed is begun anew, mistakes are lines."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from milepost.engine.question import Question
from milepost.insight.answer import Answer
from milepost.insight.ask import Ask
from milepost.server.models import Company
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal, numbers
from tests.insight.company import answers
from tests.insight.company import company as plan_of
from tests.server.seeing.looking import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, company: Company) -> Path:
    settings.FOLDER = tmp_path
    return tmp_path


def nps(seconds: float = 60) -> Answer:
    (found,) = numbers(Ask(Question(metrics=("nps",))), seconds=seconds)
    assert isinstance(found, Answer)
    return found


def test_a_page_has_the_number_that_the_terminal_has(folder: Path) -> None:
    opened = plan_of(folder, answers(DAY, [10, 10, 0, 8], touchpoint="web"))
    assert nps().cells == opened.measure("nps").cells


def test_a_killed_process_is_begun_anew(folder: Path) -> None:
    plan_of(folder, answers(DAY, [10, 10, 0, 8], touchpoint="web"))
    nps()
    for child in _children():
        os.kill(child, signal.SIGKILL)
    time.sleep(0.5)
    (folder / "milepost.yaml").touch()
    assert nps().cells[0].n == 4


def test_a_mistake_in_the_plan_is_told_by_file_and_line(folder: Path) -> None:
    plan_of(folder, answers(DAY, [10], touchpoint="web"))
    text = (folder / "milepost.yaml").read_text()
    (folder / "milepost.yaml").write_text(text.replace("type: nps", "type: nsp"))
    with pytest.raises(Refusal) as told:
        nps()
    assert told.value.what == "plan"
    assert told.value.lines[0].startswith("milepost.yaml:")
    assert "nsp" in told.value.lines[0]


def test_without_a_plan_there_is_nothing_to_measure(folder: Path) -> None:
    with pytest.raises(NoPlan):
        nps()


def test_what_is_not_there_at_once_says_how_far_it_is(folder: Path) -> None:
    plan_of(folder, answers(DAY, [10], touchpoint="web"))
    with pytest.raises(NotYet) as soon:
        nps(seconds=0)
    assert (soon.value.done, soon.value.of) == (0, 1)


def _children() -> list[int]:
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = [int(pid) for file in found for pid in file.read_text().split()]
    return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
