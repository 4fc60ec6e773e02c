"""The worst moment and the biggest real change: which numbers deserve a sentence of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.behind import Behind, Order
from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.cells import Cell
from milepost.insight.comparison import FEWEST
from milepost.insight.journey.asking import Moment, Said
from milepost.insight.words import BETTER, WORSE
from milepost.metrics.estimators import Total

WORDS = 3


def worst(reader: Reader, card: Scorecard, where: str | None) -> Moment | None:
    """The touchpoint whose headline perception disappointed the most customers, at least.

    Of the scale's whole length from its best end, the interval's better end is the share that is
    surely missing; times the reach it is a number of customers: 30 answers do not beat 1,130.
    Reach is who passed, where that is known of every touchpoint compared; else who answered.
    """
    found = next(iter(moments(reader, card)), None)
    return _with_words(reader, found, where, felt=found.cell) if found and found.bad else None


def moments(reader: Reader, card: Scorecard) -> tuple[Moment, ...]:
    """Every touchpoint that can be compared, the one that disappointed most first, without words."""
    felt = list(_felt(card))
    passed = bool(felt) and all(stop.flow.passed for stop, _ in felt)
    found = (_moment(reader, stop, line, passed=passed) for stop, line in felt)
    return tuple(sorted((m for m in found if m), key=lambda m: -m.bad))


def biggest(
    reader: Reader, card: Scorecard, where: str | None, *, but: Collection[Said] = ()
) -> Moment | None:
    """The change that stands out most of those that are real: the farthest from zero in its own errors.

    Words that are told already, `but`, are not told twice.
    """
    changed = [
        (stop, line)
        for stop in card.stops
        for line in stop.lines
        if line.cell and line.cell.verdict in (BETTER, WORSE) and line.cell.against.change
    ]
    ranked = sorted(changed, key=lambda pair: -_distance(pair[1].cell))
    for stop, line in ranked[:1]:
        moment = _moment(reader, stop, line, passed=False)
        felt = _felt_at(stop, line)
        return _with_words(reader, moment, where, felt=felt, but=but) if moment else None
    return None


def _felt_at(stop: Stop, line: Line) -> Cell | None:
    """The number whose answers have words about a change: its own, else what was felt there."""
    if line.kind == "perception" and not line.of_company:
        return line.cell
    found = (each.cell for each in stop.lines if each.kind == "perception" and not each.of_company)
    return next((cell for cell in found if cell), None)


def _felt(card: Scorecard) -> Iterator[tuple[Stop, Line]]:
    """The headline perceptions of touchpoints that have enough answers to be compared."""
    for stop in card.stops:
        lines = [line for line in stop.lines if line.kind == "perception" and not line.of_company]
        lead = next((line for line in lines if line.headline), next(iter(lines), None))
        cell = lead.cell if lead else None
        if stop.name and lead and cell and cell.low is not None and (cell.n or 0) >= FEWEST:
            yield stop, lead


def _moment(reader: Reader, stop: Stop, line: Line, *, passed: bool) -> Moment | None:
    cell = line.cell
    if cell is None or cell.value is None:
        return None
    people = stop.flow.passed if passed and stop.flow.passed else cell.respondents or 0
    bad = int(_missing(reader, cell) * people)
    return Moment(stop.name, stop.title, cell, people, passed, bad, ())


def _missing(reader: Reader, cell: Cell) -> float:
    """The share of the way from the best end to the worst that is surely missing; 0 where none can be told."""
    metric = reader.project.metrics[cell.metric]
    low, high = (end * metric.factor for end in reader.project.reach(metric, cell.touchpoint))
    if (
        cell.low is None
        or cell.high is None
        or not high > low
        or isinstance(metric.estimator, Total)
    ):
        return 0.0
    gap = (cell.low - low) if cell.good == "low" else (high - cell.high)
    found = gap / (high - low)
    return found if 0 < found <= 1 else 0.0


def _distance(cell: Cell | None) -> float:
    """How far a change is from zero in half widths of its interval."""
    if cell is None or cell.against.change is None:
        return 0.0
    low, high = cell.against.low, cell.against.high
    half = (high - low) / 2 if low is not None and high is not None else 0.0
    return abs(cell.against.change) / half if half else 0.0


def _with_words(
    reader: Reader,
    moment: Moment,
    where: str | None,
    *,
    felt: Cell | None,
    but: Collection[Said] = (),
) -> Moment:
    cell = moment.cell
    order: Order = "best" if cell.verdict == BETTER else "worst"
    found = words_at(reader, felt, where, order=order, limit=WORDS + len(but)) if felt else ()
    said = tuple(each for each in found if each not in but)[:WORDS]
    return Moment(
        moment.touchpoint, moment.title, cell, moment.reach, moment.passed, moment.bad, said
    )


def words_at(
    reader: Reader, cell: Cell, where: str | None, *, order: Order, limit: int = WORDS
) -> tuple[Said, ...]:
    """What customers wrote beside the answers of a number; none of what is not of answers."""
    metric = reader.project.metrics[cell.metric]
    if not metric.survey:
        return ()
    lowest = "best" if cell.good == "low" and order == "worst" else order
    asked = Behind(
        cell.metric, cell.touchpoint, cell.since, cell.until, where, lowest, said=True, limit=limit
    )
    try:
        found = asked.answer(reader)
    except QuestionError:
        return ()
    return tuple(_said(dict(zip(found.columns, row, strict=True))) for row in found.rows)


def _said(row: Mapping[str, Any]) -> Said:
    return Said(
        row["comment"], row.get("score"), row["day"], row.get("locale"),
        row.get("response_id") or "",
    )  # fmt: skip
