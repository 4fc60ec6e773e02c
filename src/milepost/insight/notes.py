"""What must be known of an answer's numbers and stands in none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from milepost.engine.passings import ASKING
from milepost.engine.question import Question
from milepost.engine.reader import PASSINGS, Reader
from milepost.insight import sentences
from milepost.insight.cells import Cell
from milepost.insight.data_account import MOST_REJECTED
from milepost.metrics.definition import Metric
from milepost.plan.askings import Asking

# The share of a period's days that its data may lack.
MOST_MISSING = 0.1


def notes_of(
    reader: Reader, question: Question, metrics: Sequence[Metric], cells: Sequence[Cell]
) -> tuple[str, ...]:
    """What must be known of the numbers and stands in none of them."""
    weights = () if question.unweighted else _weights(reader, metrics)
    scales = _scales(reader, metrics)
    return (*weights, *scales, *_rejected(reader, metrics), *_ending(reader, cells))


def _scales(reader: Reader, metrics: Sequence[Metric]) -> Iterator[str]:
    """Types of questions that were asked on several scales at one place."""
    project = reader.project
    for kind in sorted({metric.question_type or "" for metric in metrics}):
        places = {asking.touchpoint for asking in project.askings.get(kind, ())}
        for place in sorted(places, key=lambda name: name or ""):
            scales = project.mixed(kind, place)
            if scales:
                form = sentences.MIXED_AT if place else sentences.MIXED
                yield form.format(kind=kind, place=place, scales=", ".join(scales))


def _ending(reader: Reader, cells: Sequence[Cell]) -> Iterator[str]:
    """Facts whose data ends so early in a period that has ended that its numbers lack much.

    Surveys are asked when they are asked; what customers did goes on every day.
    """
    latest: dict[str, Cell] = {}
    for cell in cells:
        fact = reader.project.metrics[cell.metric].fact
        if cell.complete and fact in reader.columns and fact not in (*ASKING, PASSINGS):
            latest[fact] = max(latest.get(fact, cell), cell, key=lambda one: one.until)
    for fact, cell in sorted(latest.items()):
        last = reader.last(fact)
        missing = (cell.until - last).days - 1 if last else 0
        if missing > MOST_MISSING * (cell.until - cell.since).days:
            yield sentences.ENDS_EARLY.format(
                fact=fact, last=last, missing=missing, period=cell.period
            )


def _rejected(reader: Reader, metrics: Sequence[Metric]) -> Iterator[str]:
    """The sources of which more was rejected than anybody may overlook."""
    named = {source.name for metric in metrics for source in reader.bringing(metric)}
    for name in sorted(named):
        losses = reader.facts.built[name].account.losses
        for form, (lost, of) in zip(sentences.REJECTED, losses, strict=True):
            if lost > MOST_REJECTED * of:
                share = f"{100 * lost / of:.1f}\u00a0%"
                yield form.format(lost=f"{lost:,}", of=f"{of:,}", source=name, share=share)


def _weights(reader: Reader, metrics: Sequence[Metric]) -> tuple[str, ...]:
    bare = sorted({name for metric in metrics for name in _unweighted(reader, metric)})
    return (sentences.UNWEIGHTED.format(sources=", ".join(bare)),) if bare else ()


def _unweighted(reader: Reader, metric: Metric) -> list[str]:
    """The sources without weights whose answers are added to weighted ones."""
    weighted = {s.name: reader.account(s).weighted for s in reader.project.weighing(metric)}
    asked = reader.project.askings.get(metric.question_type or "", ())
    return [
        name
        for name, has in weighted.items()
        if not has and any(weighted[other] for other in _beside(name, weighted, asked))
    ]


def _beside(name: str, sources: Iterable[str], asked: Sequence[Asking]) -> set[str]:
    """The sources that ask the same at the same places; all of them where nothing is asked."""
    mine = [asking for asking in asked if asking.source == name]
    met = {a.source for a in asked if any(a.meets(m) or m.meets(a) for m in mine)}
    return met & set(sources) if asked else set(sources)
