"""What the models and the history tell, on screen or as JSON: a function a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from milepost.cli import running
from milepost.engine.facts import Progress
from milepost.engine.project import Project, open_project
from milepost.errors import QuestionError
from milepost.insight.answering import Shown
from milepost.insight.asking import one_of, one_touchpoint

FORMATS = ("table", "json")


def forecast(
    plan: Path, metric: str, *, touchpoint: list[str] | None, format: str, **parts: Any
) -> None:
    """Forecast a count by day."""
    from milepost.insight.ahead.forecasting import forecast_of

    parts["touchpoint"] = one_touchpoint(touchpoint or ())
    _show(plan, format, lambda project, **known: forecast_of(project, metric, **parts, **known))


def staff(plan: Path, *, format: str, **parts: Any) -> None:
    """Make the roster of a week."""
    from milepost.insight.ahead.staffing import roster_of

    _show(plan, format, lambda project, **known: roster_of(project, **parts, **known))


def effect(plan: Path, initiative: str | None, *, price: bool, format: str, **parts: Any) -> None:
    """Tell what moved since an initiative started, or how the share goes with its index."""
    from milepost.insight.effects.event import price_of
    from milepost.insight.effects.working import effect_of

    def made(project: Project, *, progress: Progress, mark: str) -> Shown:
        if initiative is None:
            return price_of(project, progress=progress)
        return effect_of(project, initiative, price=price, mark=mark, progress=progress, **parts)

    if initiative is None and not price:
        raise QuestionError("name an initiative of the plan, or ask for --price alone")
    _show(plan, format, made)


def cohorts(plan: Path, *, format: str, **parts: Any) -> None:
    """Count the cohorts of a fact's customers."""
    from milepost.insight.customers.counting import cohorts_of

    _show(plan, format, lambda project, **known: cohorts_of(project, **parts, **known))


def value(plan: Path, *, format: str, **parts: Any) -> None:
    """Tell what customers are worth."""
    from milepost.insight.customers.valuing import value_of

    _show(plan, format, lambda project, **known: value_of(project, **parts, **known))


def history(plan: Path, metric: str, *, touchpoint: list[str] | None, format: str) -> None:
    """Recall what was told of a metric before."""
    from milepost.insight.history import told

    point = one_touchpoint(touchpoint or ())
    _show(plan, format, lambda project, **_: told(project, metric, touchpoint=point))


def _show(plan: Path, format: str, make: Callable[..., Shown]) -> None:
    """Make an answer of an opened plan, showing progress, and print it."""
    one_of("--format", format, FORMATS)
    project = open_project(plan)
    with running.progress() as show:
        found = make(project, progress=show, mark="--")
    if format == "table":
        running.write_lines(found.lines(width=running.width()))
    else:
        running.write(found.to_json() + "\n")
