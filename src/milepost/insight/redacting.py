"""How what leaves the house is redacted: small groups of any kind hidden, and nothing that tells them.

Inside the house the plan's `min_group` protects employees and people who are not identified. A link
may come to anybody, so here everybody is protected, in every period that a number is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from milepost.engine import cuts
from milepost.engine.answer import Measured, measure
from milepost.engine.flow import Flow
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.answer import Answer
from milepost.insight.board import before
from milepost.insight.card import Scorecard, Stop
from milepost.insight.cells import LONGEST_COURSE, Against, Cell, CourseOf
from milepost.insight.journey.asking import GoalOf, MapOf, Moment
from milepost.insight.one.asking import Cut, One
from milepost.insight.privacy import hidden
from milepost.insight.shared import SharedMap, SharedMetric, Within
from milepost.insight.words import CANNOT_TELL, HIDDEN, NO_EARLIER, SHORT
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span

# A metric at a touchpoint in the period that begins on a day.
Spot = tuple[str, str | None, date]


def redacted_map(reader: Reader, shared: SharedMap) -> MapOf:
    """The map of a closed period; one without a scorecard where no period has closed."""
    found = shared.asked.answer(reader)
    card = found.answer.scorecard
    if card is None or not card.complete:
        answer = _answer(found.answer, None, ())
        return MapOf(answer, found.since, found.until, found.every, (), None, None, (), ())
    settled = dict(found.settled)
    cells = [*found.answer.cells, *settled.values(), *(g.cell for g in found.goals if g.cell)]
    small = _Small.of(reader, cells, shared.asked.where, shared.within)
    # Named one by one: what is added to a map stays inside until somebody lets it out here.
    return MapOf(
        answer=_answer(found.answer, _card(card, small), tuple(map(small.cell, found.answer.cells))),
        since=found.since, until=found.until, every=found.every,
        goals=tuple(_goal(goal, small) for goal in found.goals),
        worst=_moment(found.worst, small), biggest=_moment(found.biggest, small, compared=True),
        recent=(), shifts=(), fresh=found.fresh, unwanted=found.unwanted,
        settled={at: told for at, cell in settled.items() if (told := small.cell(cell)).value is not None},
    )  # fmt: skip


def redacted_one(reader: Reader, shared: SharedMetric) -> One:
    """The metric in its closed periods, without cohorts, sources, queries and notes."""
    found = shared.asked.answer(reader)
    closed = [cell for cell in found.trend if cell.complete]
    small = _Small.of(reader, closed, shared.asked.where, shared.within)
    cell = small.cell(found.cell) if found.cell and found.cell.complete else None
    shown = cell is not None and cell.value is not None
    parts = () if shared.within.segment or not shown else _cuts(reader, found.cuts, shared, small)
    return One(
        trend=tuple(map(small.cell, closed)), happened=found.happened, cell=cell,
        cuts=tuple(parts), touchpoints=found.touchpoints, bars=found.bars if shown else (),
        bins=found.bins if shown else (), median=found.median if shown else None, cohorts=(), sql="", boxes=found.boxes, fed=(), notes=(),
    )  # fmt: skip


def _answer(found: Answer, card: Scorecard | None, cells: tuple[Cell, ...]) -> Answer:
    """The answer without where its plan lies, and without notes."""
    return Answer("", found.as_of, cells, found.question, card)


@dataclass(frozen=True, slots=True)
class _Small:
    """The numbers that are not to be shown, and the fewest people that a count may tell of."""

    spots: frozenset[Spot]
    fewest: int
    reader: Reader

    @classmethod
    def of(cls, reader: Reader, cells: Sequence[Cell], where: str | None, within: Within) -> _Small:
        """Of these cells and of all that they are compared with."""
        found: set[Spot] = set()
        for name in dict.fromkeys(cell.metric for cell in cells):
            spans = _spans(reader, [cell for cell in cells if cell.metric == name])
            found |= set(_hidden(reader, reader.project.metrics[name], spans, where, within))
        return cls(frozenset(found), reader.project.plan.privacy.min_group, reader)

    def cell(self, cell: Cell) -> Cell:
        """The cell as it may be shown."""
        if not cell.complete or (cell.metric, cell.touchpoint, cell.since) in self.spots:
            return blank(cell)
        earlier = cell.against.since
        if earlier and (cell.metric, cell.touchpoint, earlier) in self.spots:
            cell = _alone(cell)
        return replace(cell, course=self._course(cell))

    def flow(self, flow: Flow) -> Flow:
        """The counts that are not too small to be told."""
        told = (flow.passed, flow.asked, flow.answered)
        return Flow(*(None if n is not None and 0 < n < self.fewest else n for n in told))

    def _course(self, cell: Cell) -> CourseOf | None:
        if cell.course is None:
            return None
        values = cell.course.values
        days = _back(self.reader, cell, len(values))
        kept = tuple(
            None if (cell.metric, cell.touchpoint, day) in self.spots else value
            for day, value in zip(days, values, strict=True)
        )
        return cell.course if kept == values else CourseOf(SHORT, None, None, None, kept)


def blank(cell: Cell) -> Cell:
    """The cell with nothing but its place, its period and the words that too few stand behind it."""
    return replace(
        cell, value=None, low=None, high=None, method=None, n=None, n_eff=None, clusters=None,
        respondents=None, sums=None, against=Against(cell.against.what), detectable=None,
        verdict=HIDDEN, target_verdict=CANNOT_TELL if cell.target is not None else None,
        course=None, low_n=False, beside=None,
    )  # fmt: skip


def _alone(cell: Cell) -> Cell:
    """The cell without what it was compared with."""
    return replace(cell, against=Against(cell.against.what), verdict=NO_EARLIER, detectable=None)


def _back(reader: Reader, cell: Cell, count: int) -> list[date]:
    """The first days of so many periods up to the cell's own."""
    calendar = reader.project.calendar
    span = calendar.span_of(cell.since, reader.project.plan.every)
    return [each.since for each in before(calendar, [span], count=count - 1)]


def _spans(reader: Reader, cells: Iterable[Cell]) -> tuple[Span, ...]:
    """The periods of cells, and those that their changes and courses tell of."""
    calendar, every = reader.project.calendar, reader.project.plan.every
    spans = sorted({calendar.span_of(cell.since, every) for cell in cells})
    stretch = calendar.spans(spans[0].since, spans[-1].since, every)
    return before(calendar, stretch, count=LONGEST_COURSE - 1)


def _hidden(
    reader: Reader, metric: Metric, spans: tuple[Span, ...], where: str | None, within: Within
) -> Iterator[Spot]:
    """The spots of a metric behind which too few stand, or that would tell of such."""
    yield from map(_spot, _few(reader, metric, spans, Question(where=where)))
    if within.segment and _cuttable(reader, metric, within.segment):
        asked = Question(where=within.where, by=(within.segment,))
        for number in _few(reader, metric, spans, asked):
            if number.place.by[0][1] == within.value:
                yield _spot(number)


def _few(
    reader: Reader, metric: Metric, spans: tuple[Span, ...], question: Question
) -> Iterator[Measured]:
    if question.where and not cuts.can(reader, metric, question.where):
        return
    numbers = measure(reader, metric, question, spans=spans)
    guarded = [replace(number, protected=True) for number in numbers]
    fewest = reader.project.plan.privacy.min_group
    for index in hidden(guarded, min_group=fewest, levels_add_up=not metric.survey):
        yield numbers[index]


def _cuttable(reader: Reader, metric: Metric, name: str) -> bool:
    return (
        reader.has(metric)
        and name in cuts.segments(reader, metric.fact)
        and name not in cuts.hidden(reader, metric)
        and name != metric.split
    )


def _spot(number: Measured) -> Spot:
    return number.place.metric, number.place.touchpoint, number.span.since


def _card(card: Scorecard, small: _Small) -> Scorecard:
    return replace(card, stops=tuple(_stop(stop, small) for stop in card.stops))


def _stop(stop: Stop, small: _Small) -> Stop:
    lines = tuple(
        replace(line, cell=small.cell(line.cell)) if line.cell else line for line in stop.lines
    )
    return replace(stop, flow=small.flow(stop.flow), lines=lines)


def _goal(goal: GoalOf, small: _Small) -> GoalOf:
    cell = small.cell(goal.cell) if goal.cell else None
    settled = small.cell(goal.settled) if goal.settled else None
    return GoalOf(
        goal.journey, goal.title, goal.touchpoints, cell, goal.label,
        settled if settled and settled.value is not None else None,
    )  # fmt: skip


def _moment(moment: Moment | None, small: _Small, *, compared: bool = False) -> Moment | None:
    """The moment without anybody's words; None where its number, or what it changed from, is hidden."""
    if moment is None:
        return None
    cell = small.cell(moment.cell)
    if cell.value is None or (compared and cell.against.value is None):
        return None
    return Moment(
        moment.touchpoint, moment.title, cell, moment.reach, moment.passed, moment.bad, ()
    )


def _cuts(
    reader: Reader, parts: Iterable[Cut], shared: SharedMetric, small: _Small
) -> Iterator[Cut]:
    for cut in parts:
        metric = reader.project.metrics[cut.cells[0].metric]
        asked = Question(where=shared.asked.where, by=(cut.name,))
        span = reader.project.calendar.span_of(cut.cells[0].since, reader.project.plan.every)
        few = {
            (number.place.touchpoint, number.place.by[0][1])
            for number in _few(reader, metric, (span,), asked)
        }
        cells = tuple(
            blank(cell) if (cell.touchpoint, cell.by[cut.name]) in few else cell
            for cell in cut.cells
        )
        if any(cell.value is not None for cell in cells):
            yield replace(
                cut, cells=cells, whole=small.cell(cut.whole) if cut.whole else None, sure=False
            )
