"""How a selection of answers is measured: by the same questions as everything, with and without its condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlglot import exp

from milepost import clock
from milepost.engine import cuts, sql
from milepost.engine.answer import Measured, measure
from milepost.engine.periods import spans_of
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight import comparison, wording
from milepost.insight.cells import Cell
from milepost.insight.measuring import answered
from milepost.insight.selection import Choice, Part, Selected, Selection, Stretch
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Share
from milepost.metrics.sums import BucketSums
from milepost.plan import expressions
from milepost.plan.calendar import Span

_FACT = "responses"
_CONF = 0.95


def selection(reader: Reader, asked: Selected) -> Selection:
    """What is known of a selection. Raises QuestionError."""
    inside, outside = _inside(asked), _outside(asked)
    columns = reader.columns.get(_FACT, ())
    read = (name for _, name in expressions.columns_of(expressions.parse(outside)))
    missing = tuple(dict.fromkeys(name for name in read if name not in columns))
    if missing:
        return Selection(where=inside, missing=missing)
    choices = tuple(_choices(reader, asked))
    names = [choice.name for choice in choices]
    if not names:
        return Selection(where=inside)
    metric = reader.project.metrics[asked.metric if asked.metric in names else names[0]]
    question = _question(reader, asked, metric)
    found = Selection(choices, metric.name, inside, question.pooled)
    spans = spans_of(reader, [metric], question)
    pairs = dict(_pairs(reader, metric, question, asked, spans))
    cells = {cell.since: cell for cell in answered(reader, question).cells}
    stretches = tuple(_stretch(reader, span, cells.get(span.since), pairs) for span in spans)
    return _compared(reader, metric, asked, replace(found, stretches=stretches))


def _inside(asked: Selected) -> str:
    return f"({asked.within}) AND ({asked.where})" if asked.within else asked.where


def _outside(asked: Selected) -> str:
    """Everything else: where the condition is not met, or not known to be."""
    rest = f"NOT coalesce(({asked.where}), FALSE)"
    return f"({asked.within}) AND {rest}" if asked.within else rest


def _question(reader: Reader, asked: Selected, metric: Metric) -> Question:
    here = asked.touchpoint if reader.project.touchpoint(asked.touchpoint or "") else None
    return Question(
        metrics=(metric.name,), where=_inside(asked), touchpoint=here, pooled=here is None,
        every=asked.every, since=asked.since, until=asked.until,
    )  # fmt: skip


def _choices(reader: Reader, asked: Selected) -> Iterator[Choice]:
    """The metrics of the questions that the selection answers, the most answered first."""
    met = cuts.condition(reader, _FACT, _inside(asked))
    query = sql.select("question_type", sql.sql("count(score)")).from_(sql.table(_FACT)).where(met)
    if asked.since:
        query = query.where(sql.sql("day >= :d", d=sql.day(asked.since)))
    if asked.until:
        query = query.where(sql.sql("day < :d", d=sql.day(asked.until)))
    query = query.group_by(exp.Literal.number(1)).having(sql.sql("count(score) > 0"))
    answers: dict[str, int] = dict(reader.rows(query))
    for kind in sorted(answers, key=lambda kind: (-answers[kind], kind)):
        for metric in reader.project.metrics.values():
            if metric.question_type == kind and metric.fact == _FACT and not metric.derived:
                yield Choice(metric.name, metric.title)


Both = tuple[Measured | None, Measured]


def _pairs(
    reader: Reader, metric: Metric, question: Question, asked: Selected, spans: tuple[Span, ...]
) -> Iterator[tuple[Span, Both]]:
    """For each period the selection's sums, and those of everything."""
    all_of_it = replace(question, where=asked.within)
    own = {each.span: each for each in measure(reader, metric, question, spans=spans)}
    for each in measure(reader, metric, all_of_it, spans=spans):
        yield each.span, (own.get(each.span), each)


def _stretch(reader: Reader, span: Span, cell: Cell | None, pairs: dict[Span, Both]) -> Stretch:
    complete = span.until <= clock.today(reader.project.plan.company.timezone)
    told = span in pairs and not _tells(reader, *pairs[span])
    shown = cell if cell and cell.n and told else None
    part = _part(reader, *pairs[span]) if told else None
    return Stretch(span.since, span.until, span.label, complete, shown, part)


def _tells(reader: Reader, own: Measured | None, everything: Measured) -> bool:
    """Whether the selection would tell of few people who must not be found, itself or by what it leaves."""
    came = own.respondents if own else 0
    fewest = reader.project.plan.privacy.min_group
    left = everything.respondents - came
    return everything.protected and min(_few(came), _few(left)) < fewest


def _part(reader: Reader, own: Measured | None, everything: Measured) -> Part | None:
    """The share of all answers; None where it would tell of few people who must not be found."""
    if _tells(reader, own, everything):
        return None
    of = everything.sums.plain["n"]
    answers = own.sums.plain["n"] if own else of * 0.0
    sums = BucketSums({"n": of, "answers": answers}, repeats=everything.sums.repeats)
    found = Share("answers").estimate(sums, conf=_CONF)
    if found is None or found.interval is None:
        return None
    low, high = found.interval
    return Part(float(answers.sum()), float(of.sum()), 100 * found.value, 100 * low, 100 * high)


def _few(people: int) -> float:
    """How many people could be found out; nobody is nobody."""
    return people if people > 0 else float("inf")


def _compared(reader: Reader, metric: Metric, asked: Selected, found: Selection) -> Selection:
    """The selection over all closed days, beside everything else."""
    question = replace(
        _question(reader, asked, metric), every="all", against="rest", until=_closed(reader, asked)
    )
    try:
        spans = spans_of(reader, [metric], question)
    except QuestionError:
        # Nothing but today: then there is no closed day yet.
        question = replace(question, until=asked.until)
        spans = spans_of(reader, [metric], question)
    own = _one(reader, metric, question, spans)
    rest = _one(reader, metric, replace(question, where=_outside(asked)), spans)
    everything = _one(reader, metric, replace(question, where=asked.within), spans)
    if own is None or everything is None:
        return found
    hide = _tells(reader, own, everything)
    whole = _cell(reader, metric, question, own, rest, hide=hide)
    answers = None if hide else rest.estimate.n if rest and rest.estimate else 0.0
    part = None if hide else _part(reader, own, everything)
    return replace(found, whole=whole, rest=answers, part=part)


def _closed(reader: Reader, asked: Selected) -> date:
    today = clock.today(reader.project.plan.company.timezone)
    return min(asked.until or today, today)


def _one(
    reader: Reader, metric: Metric, question: Question, spans: tuple[Span, ...]
) -> Measured | None:
    return next(iter(measure(reader, metric, question, spans=spans)), None)


def _cell(
    reader: Reader,
    metric: Metric,
    question: Question,
    own: Measured,
    rest: Measured | None,
    *,
    hide: bool,
) -> Cell:
    moved = comparison.change(metric.estimator, rest, own, conf=_CONF) if rest else None
    judged = comparison.judge([moved])[0] if moved and own.complete and not hide else None
    return wording.cell(
        reader.project, own, earlier=rest, judged=judged, course=None, question=question, hide=hide
    )
