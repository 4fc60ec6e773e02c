"""The last complete week beside the rolling thirteen: what is new since one looked last."""

from __future__ import annotations

from datetime import date, timedelta

from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.card import Line, Scorecard
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import Recent
from milepost.insight.measuring import answered

_WEEK, _THIRTEEN = timedelta(weeks=1), timedelta(weeks=13)


def recent(reader: Reader, card: Scorecard, where: str | None) -> tuple[Recent, ...]:
    """The headline of each stop in the latest complete week that holds data, and in thirteen."""
    leading: dict[str | None, Line] = {}
    for stop in card.stops:
        for line in stop.lines:
            if line.headline and line.cell and not line.of_company:
                leading.setdefault(stop.name, line)
    by_metric = {line.metric: _of(reader, line.metric, where) for line in leading.values()}
    return tuple(
        Recent(name, by_metric[line.metric][0].get(name), by_metric[line.metric][1].get(name))
        for name, line in leading.items()
    )


def _of(
    reader: Reader, metric: str, where: str | None
) -> tuple[dict[str | None, Cell], dict[str | None, Cell]]:
    """The numbers of the week and of the thirteen weeks, by touchpoint."""
    try:
        week = answered(reader, Question(metrics=(metric,), every="week", where=where)).cells
    except QuestionError:
        return {}, {}
    if not week:
        return {}, {}
    until: date = max(cell.until for cell in week)
    rolling = Question(metrics=(metric,), rolling=_THIRTEEN, until=until, where=where)
    try:
        thirteen = answered(reader, rolling).cells
    except QuestionError:
        thirteen = ()
    return {c.touchpoint: c for c in week}, {c.touchpoint: c for c in thirteen}
