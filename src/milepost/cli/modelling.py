"""`milepost forecast`, `staff` and `effect`: what a model tells, on screen or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milepost.cli import running
from milepost.engine.project import open_project
from milepost.errors import QuestionError
from milepost.insight.answering import Shown
from milepost.insight.asking import one_of, one_touchpoint

FORMATS = ("table", "json")


def forecast(
    plan: Path, metric: str, *, touchpoint: list[str] | None, format: str, **parts: Any
) -> None:
    """Forecast a count by day and print it."""
    from milepost.insight.ahead.forecasting import forecast_of

    one_of("--format", format, FORMATS)
    project, point = open_project(plan), one_touchpoint(touchpoint or ())
    with running.progress() as show:
        found = forecast_of(project, metric, touchpoint=point, mark="--", progress=show, **parts)
    _print(found, format)


def staff(plan: Path, *, format: str, **parts: Any) -> None:
    """Make the roster of a week and print it."""
    from milepost.insight.ahead.staffing import roster_of

    one_of("--format", format, FORMATS)
    project = open_project(plan)
    with running.progress() as show:
        found = roster_of(project, mark="--", progress=show, **parts)
    _print(found, format)


def effect(plan: Path, initiative: str | None, *, price: bool, format: str, **parts: Any) -> None:
    """Tell what moved since an initiative started, or how the share goes with its index."""
    from milepost.insight.effects.event import price_of
    from milepost.insight.effects.working import effect_of

    one_of("--format", format, FORMATS)
    if initiative is None and not price:
        raise QuestionError("name an initiative of the plan, or ask for --price alone")
    project = open_project(plan)
    with running.progress() as show:
        found: Shown
        if initiative is None:
            found = price_of(project, progress=show)
        else:
            found = effect_of(project, initiative, price=price, mark="--", progress=show, **parts)
    _print(found, format)


def _print(found: Shown, format: str) -> None:
    if format == "table":
        running.write_lines(found.lines(width=running.width()))
    else:
        running.write(found.to_json() + "\n")
