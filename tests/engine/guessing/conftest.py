"""Samples made of columns, and plans written, opened and built from a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from milepost.engine.guessing import Guess, Head, Sample, guess, look, plan_text
from milepost.engine.guessing.profile import profile


@pytest.fixture
def sample() -> Callable[..., Sample]:
    """A sample of columns given as name -> cells."""

    def make(columns: dict[str, Sequence[Any]], *, stem: str = "answers") -> Sample:
        profiles = tuple(profile(name, "text", cells) for name, cells in columns.items())
        rows = [
            dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
        ]
        return Sample(stem, profiles, len(rows), True, date(2026, 11, 1), rows)

    return make


@pytest.fixture
def guessed(sample: Callable[..., Sample]) -> Callable[..., Guess]:
    """The guess of such columns."""

    def make(columns: dict[str, Sequence[Any]], *, stem: str = "answers", **decided: str) -> Guess:
        return guess(sample(columns, stem=stem), decided=decided)

    return make


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """The plan of a data file, in a folder of its own beside it."""

    def make(data: Path, *, decided: dict[str, str] | None = None) -> Path:
        found = look(str(data), base=Path())
        plan = tmp_path / "milepost.yaml"
        head = Head(str(data), "UTC")
        plan.write_text(plan_text(guess(found, decided=decided), head), encoding="utf-8")
        return plan

    return make
