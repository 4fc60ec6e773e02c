"""From a question to numbers: the sums of each cell and period, and the estimates made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from sqlglot import exp

from milepost import clock
from milepost.engine import cuts, query, sql
from milepost.engine.cells import BUCKETS, Cell, Key, cells_of, shared_out, with_histograms
from milepost.engine.database import said
from milepost.engine.invited import invited
from milepost.engine.periods import start, whole
from milepost.engine.project import Project
from milepost.engine.query import Sheet
from milepost.engine.question import Against, Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import (
    BucketSums,
    Design,
    Estimate,
    Mean,
    NetShare,
    Quantile,
    Share,
)
from milepost.plan.calendar import Span
from milepost.plan.model import Source

# Beyond this many groups at once the customers' buckets are not crossed with segments, and the
# periods are read in stretches.
MOST_GROUPS = 4_000_000

By = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What a number is about: the metric at a touchpoint (None: the company), cut by segments.

    `pooled` says that all touchpoints are added up.
    """

    metric: str
    touchpoint: str | None
    by: By
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One number: the sums of a place in a period, and the estimate made of them.

    `complete` is a whole period that has ended, `whole` one that is not cut short. `respondents`
    counts distinct customers; `protected` says that rows of employees or of unidentified people
    are among them; `known` that some customers are identified.
    """

    place: Place
    span: Span
    complete: bool
    whole: bool
    estimate: Estimate | None
    sums: BucketSums
    rows: int
    respondents: int
    protected: bool
    known: bool


def measure(
    reader: Reader, metric: Metric, question: Question, *, spans: tuple[Span, ...]
) -> list[Measured]:
    """All numbers of one metric over the spans, every level and segment the question asks for."""
    if not spans:
        return []
    if not reader.has(metric):
        return list(_of_invited(reader, metric, question, spans))
    # The reasons of a split are shown with those of the period they are compared with.
    against: Against = question.against if metric.split else "previous"
    key = (metric.name, spans[0].every, replace(question, metrics=(), every=None, rolling=None,
                                                since=None, until=None, against=against))  # fmt: skip
    told: tuple[tuple[Span, ...], list[Measured]] = reader.told.get(key, ((), []))
    if not set(spans) <= set(told[0]):
        sheet = sheet_of(reader, metric, question, spans)
        found = _measured(reader, sheet, question)
        told = reader.told[key] = spans, [
            number for number in found
            if question.pooled or reader.project.has_value(metric, number.place.touchpoint)
        ]  # fmt: skip
    wanted = set(spans)
    return [number for number in told[1] if number.span in wanted]


def _of_invited(
    reader: Reader, metric: Metric, question: Question, spans: tuple[Span, ...]
) -> Iterator[Measured]:
    """The metric from the numbers of people `invited` that sources state, for the company."""
    if not metric.invited or question.by or question.where or question.touchpoint:
        return
    for span in spans:
        stated = invited(reader, span)
        if stated is None:
            continue
        sums = BucketSums({
            "n": np.array([float(stated.people)]), "answered": np.array([float(stated.responses)])
        })  # fmt: skip
        yield Measured(
            place=Place(metric.name, None, ()), span=span, **_closed(reader, span),
            estimate=metric.estimator.estimate(sums, conf=question.confidence), sums=sums,
            rows=stated.people, respondents=stated.responses, protected=False, known=False,
        )  # fmt: skip


def _closed(reader: Reader, span: Span) -> dict[str, bool]:
    entire = whole(reader.project.calendar, span)
    today = clock.today(reader.project.plan.company.timezone)
    return {"whole": entire, "complete": entire and span.until <= today}


def sheet_of(reader: Reader, metric: Metric, question: Question, spans: tuple[Span, ...]) -> Sheet:
    """The keys and conditions by which a metric is added up for a question. Raises QuestionError."""
    cuts.check(reader, metric, question)
    fact, company = metric.fact, reader.project.plan.company
    # Cut by what its units are, each cell has one of them: then customers tell how sure it is.
    if metric.cluster in question.by:
        metric = replace(metric, cluster=None)
    return Sheet(
        metric=metric, spans=spans, calendar=reader.project.calendar,
        timezone=company.timezone, hours=company.business_hours, brand=company.brand,
        known=reader.known(metric) if metric.derived else None,
        asked=reader.project.asked(metric.question_type) if metric.question_type else set(),
        sources=reader.project.only(metric), hidden=cuts.hidden(reader, metric),
        by=question.by, levels=not question.pooled, touchpoint=question.touchpoint,
        units=not _bare(reader, metric, question), guard=not _identified(reader, fact),
        weighted=not question.unweighted and any(reader.account(s).weighted
                                                 for s in reader.project.weighing(metric)),
        filter=cuts.condition_on(reader, metric, question.where) if question.where else None,
    )  # fmt: skip


def _bare(reader: Reader, metric: Metric, question: Question) -> bool:
    """Whether it is known without counting that no customer has two rows in any cell.

    The accounts know it of answers to one type of question at one touchpoint; customers of two
    sources may be the same.
    """
    if metric.fact != "responses" or metric.question_type is None or question.pooled:
        return False
    named = {b.account.source for b in reader.facts.built.values() if b.account.repeats}
    sources = [s for s in reader.project.plan.sources if s.fact == "responses"]
    return not any(s.name in named for s in sources) and sum(map(_identifies, sources)) <= 1


def _identified(reader: Reader, fact: str) -> bool:
    """Whether it is known without counting that all rows are of identified customers."""
    accounts = [built.account for built in reader.facts.built.values()]
    return all(account.exposed == 0 for account in accounts if account.fact == fact)


def _identifies(source: Source) -> bool:
    return "customer_id" in source.mapped


def _groups(reader: Reader, sheet: Sheet) -> int:
    """How many groups the sheet's keys make, crossed with the customers' buckets; 0 for few rows."""
    fact = sheet.metric.fact
    accounts = [built.account for built in reader.facts.built.values()]
    if sum(a.rows for a in accounts if a.fact == fact) <= MOST_GROUPS:
        return 0
    combinations = 1
    if set(sheet.keys) > {query.PERIOD, query.BUCKET}:
        combinations = int(reader.rows(query.combinations_query(sheet))[0][0])
    return combinations * len(sheet.spans) * BUCKETS


def _cells(reader: Reader, sheet: Sheet, against: Against) -> dict[Key, Cell]:
    """The cells of a sheet. What is no survey's is of the company as a whole, not only its parts."""
    whole = not (sheet.metric.survey or sheet.metric.at_touchpoints or sheet.touchpoint)
    apart = bool(reader.project.plan.touchpoints) or not whole
    found = _read(reader, sheet, against) if apart or not sheet.levels else {}
    if not (sheet.levels and whole):
        return found
    company = _read(reader, replace(sheet, levels=False), against)
    return found | {(None, *key): cell for key, cell in company.items()}


def _read(reader: Reader, sheet: Sheet, against: Against) -> dict[Key, Cell]:
    cells = _gathered(reader, sheet)
    if sheet.metric.split is None:
        return cells
    wholes = _gathered(reader, replace(sheet, split=False))
    return shared_out(cells, wholes, told=_reasons(cells, sheet, against))


def _gathered(reader: Reader, sheet: Sheet) -> dict[Key, Cell]:
    """The cells, a stretch of periods at a time where all at once are too many."""
    found: dict[Key, Cell] = {}
    groups = _groups(reader, sheet) if sheet.buckets else 0
    size = max(len(sheet.spans) * MOST_GROUPS // groups, 1) if groups else len(sheet.spans)
    for first in range(0, len(sheet.spans), size):
        part = replace(sheet, spans=sheet.spans[first : first + size])
        cells = cells_of(part, _table(reader, part, query.sums_query(part)))
        _refuse_endless(sheet.metric, cells.values())
        if isinstance(sheet.metric.estimator, Quantile):
            counted = query.histogram_query(part, sheet.metric.estimator)
            cells = with_histograms(part, cells, _table(reader, part, counted))
        found |= cells
    return found


def _refuse_endless(metric: Metric, cells: Iterable[Cell]) -> None:
    """Raise QuestionError where rows have values that are no numbers, or too large to be added."""
    for cell in cells:
        for name, total in cell.plain.items():
            if not np.isfinite(total).all():
                raise QuestionError(
                    f"'{metric.name}' cannot be computed: its sum '{name}' is infinite or no number,"
                    " as of ln(0) or sqrt(-1); leave out such rows with 'where'"
                )


def _reasons(
    cells: Mapping[Key, Cell], sheet: Sheet, against: Against
) -> Callable[[Key], set[object]]:
    """The values of a split that a place has a share of: its own, and those it is compared with."""
    at, calendar = int(sheet.levels), sheet.calendar
    seen: dict[Key, set[object]] = defaultdict(set)
    for *place, value in cells:
        seen[tuple(place)].add(value)
        seen[("rest", *place[: at + 1])].add(value)
    if against == "rest":
        return lambda place: seen[("rest", *place[: at + 1])]
    back = calendar.previous if against == "previous" else calendar.year_ago
    earlier = {start(calendar, s): start(calendar, back(s)) for s in sheet.spans}

    def told(place: Key) -> set[object]:
        before = earlier.get(place[at])
        return seen[place] | seen[(*place[:at], before, *place[at + 1 :])]

    return told


def _table(reader: Reader, sheet: Sheet, wanted: exp.Select) -> pa.Table:
    text = sql.render(wanted)
    try:
        return reader.con.sql(text).to_arrow_table()
    except duckdb.Error as error:
        # Without anything of the user's in it an error of the engine is a defect.
        if sheet.filter is None and not sheet.metric.own:
            raise
        if sheet.filter is None:
            raise QuestionError(
                f"metric '{sheet.metric.name}' cannot be computed: {said(error)}"
            ) from None
        raise cuts.refused(sql.render(sheet.filter), error) from None


def _designs(reader: Reader, sheet: Sheet, question: Question) -> dict[Key, Design]:
    """The design effect of each level in each period (and value of a split), segments together."""
    if not isinstance(sheet.metric.estimator, Share | NetShare | Mean):
        raise QuestionError(
            f"'{sheet.metric.name}' cannot be cut into so many cells at once; ask for longer"
            " periods, such as --every month, or for fewer segments"
        )
    found = {}
    for key, cell in _cells(reader, replace(sheet, by=()), question.against).items():
        sums = BucketSums(cell.plain, cell.weighted, repeats=cell.units < cell.rows)
        estimate = sheet.metric.estimator.estimate(sums, conf=question.confidence)
        if estimate:
            effect = estimate.n / estimate.n_eff if estimate.n_eff else 1.0
            found[key] = Design(effect, estimate.clusters)
    return found


def _without_segments(key: Key, sheet: Sheet) -> Key:
    ends = key[-1:] if sheet.metric.split else ()
    return (*key[: sheet.levels + 1], *ends)


def _measured(reader: Reader, sheet: Sheet, question: Question) -> Iterator[Measured]:
    designs: dict[Key, Design] = {}
    if sheet.by and _groups(reader, sheet) > MOST_GROUPS:
        designs = _designs(reader, sheet, question)
        sheet = replace(sheet, buckets=False)
    cells = _cells(reader, sheet, question.against)
    spans = {start(sheet.calendar, span): span for span in sheet.spans}
    choices = _choices(cells, sheet)
    for key, cell in sorted(cells.items(), key=lambda item: _order(item[0])):
        touchpoint, period, *by = key if sheet.levels else (None, *key)
        if period not in spans:
            continue
        cut = tuple(zip(_by(sheet), by, strict=True))
        place = Place(sheet.metric.name, touchpoint, cut, question.pooled)
        sums = BucketSums(
            cell.plain, cell.weighted, repeats=cell.units < cell.rows,
            population=_population(reader.project, sheet.metric, place, question),
            respondents=cell.units, histogram=cell.histogram,
            design=designs.get(_without_segments(key, sheet)),
        )  # fmt: skip
        together = choices.get(key[: sheet.levels + 1], 1)
        conf = 1 - (1 - question.confidence) / together
        yield Measured(
            place=place, span=spans[period], **_closed(reader, spans[period]),
            estimate=sheet.metric.estimator.estimate(sums, conf=conf), sums=sums,
            rows=cell.rows, respondents=cell.units, protected=cell.protected > 0,
            known=cell.known > 0,
        )  # fmt: skip


def _by(sheet: Sheet) -> tuple[str, ...]:
    return (*sheet.by, sheet.metric.split) if sheet.metric.split else sheet.by


def _choices(cells: Mapping[Key, Cell], sheet: Sheet) -> dict[Key, int]:
    """How many shares are read together at a level in a period: Goodman's hold for all at once."""
    if sheet.metric.split is None:
        return {}
    seen: dict[Key, set[object]] = defaultdict(set)
    for key, cell in cells.items():
        if cell.plain["n"].any():
            seen[key[: sheet.levels + 1]].add(key[-1])
    return {place: len(values) for place, values in seen.items()}


def _population(project: Project, metric: Metric, place: Place, question: Question) -> float | None:
    """How many employees could have answered, where the headcount says so."""
    heads = project.plan.company.headcount
    if heads is None or metric.question_type not in ("enps", "esat") or place.touchpoint:
        return None
    if question.where or question.pooled:
        return None
    if not place.by:
        return float(heads.total)
    if len(place.by) == 1:
        name, value = place.by[0]
        return _head(heads.model_extra or {}, name, value)
    return None


def _head(counts: Mapping[str, Any], name: str, value: str | None) -> float | None:
    found = counts.get(name)
    if not isinstance(found, Mapping) or value not in found:
        return None
    return float(found[value])


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((part is not None, str(part)) for part in key)
