"""A company that has a plan and a survey's answers to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pytest_django import Settings

from milepost.insight.notebook import Opened
from milepost.server.models import Company
from tests.insight.company import Row, answers
from tests.insight.company import company as plan_of
from tests.server.seeing.looking import DAY

HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


@pytest.fixture
def planned(tmp_path: Path, settings: Settings, company: Company) -> Callable[..., Opened]:
    """Makes the plan of the company that pages show, over rows of answers."""
    settings.FOLDER = tmp_path

    def make(rows: Iterable[Row] = (), **more: object) -> Opened:
        chosen = list(rows) or usual()
        return plan_of(tmp_path, chosen, top="segments: [country]", **more)  # type: ignore[arg-type]

    return make


def usual() -> list[Row]:
    """Two months of answers from two countries at one touchpoint, and of the company."""
    september = DAY.replace(month=9)
    rows = answers(september, [10] * 60 + [0] * 20, touchpoint="web", customers=range(80))
    rows += answers(DAY, [10] * 30 + [0] * 40, touchpoint="web", customers=range(100, 170))
    rows += answers(DAY, [9] * 30, country="SE", touchpoint="web", customers=range(200, 230))
    return rows + answers(DAY, [9, 10, 3, 8] * 10, customers=range(300, 340))
