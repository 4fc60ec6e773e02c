"""What a report tells, found out of facts that are ready to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.engine.question import Question
from milepost.insight.answer import Answer
from milepost.insight.ask import Ask
from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.data_account import Accounts, DataAccount
from milepost.insight.one.asking import One, OneMetric

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class Signal:
    """A leading signal at a stop, from every side."""

    stop: str
    label: str
    told: One


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric of the scorecard in words: its version, formula and what is good."""

    title: str
    version: str
    words: str
    formula: str
    good: str
    boxes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a report; `unwanted` are the reasons for gaps by touchpoint and kind."""

    timezone: str
    currency: str
    answer: Answer
    card: Scorecard
    signals: tuple[Signal, ...]
    accounts: Accounts
    definitions: tuple[Definition, ...]
    unwanted: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Report:
    """The report on the scorecard that `question`, which names no metric, asks for."""

    question: Question

    def answer(self, reader: Reader) -> Contents:
        """Its contents. Raises QuestionError."""
        found = Ask(self.question).answer(reader)
        card = found.scorecard or Scorecard(reader.project.plan.company.name, "", "", True, 0, ())
        company = reader.project.plan.company
        return Contents(
            timezone=company.timezone, currency=company.currency or "", answer=found, card=card,
            signals=tuple(_signals(reader, card, self.question)),
            accounts=DataAccount().answer(reader), definitions=tuple(_definitions(reader, card)),
            unwanted={p.name: dict(p.not_wanted.items()) for p in reader.project.plan.touchpoints
                      if p.not_wanted},
        )  # fmt: skip


def leading(stop: Stop) -> tuple[Line, ...]:
    """The headline signals of a stop; where the plan names none, all of its signals."""
    return tuple(line for line in stop.lines if line.headline) or stop.lines


def level(stop: Stop, line: Line) -> str | None:
    """The touchpoint whose number a line shows; None: the company's."""
    return None if line.of_company else stop.name


def _signals(reader: Reader, card: Scorecard, question: Question) -> Iterator[Signal]:
    told: set[tuple[str, str | None]] = set()
    for stop in card.stops:
        for line in leading(stop):
            place = line.metric, level(stop, line)
            if line.cell is None or place in told:
                continue
            told.add(place)
            asked = OneMetric(
                *place, every=question.every, since=question.since, until=question.until
            )
            yield Signal(stop.title, line.label, asked.answer(reader))


def _definitions(reader: Reader, card: Scorecard) -> Iterator[Definition]:
    from milepost.engine.definition import boxes_on  # noqa: PLC0415 -- heavy, as all of measuring

    names = dict.fromkeys(line.metric for stop in card.stops for line in stop.lines if line.brought)
    for name in names:
        metric = reader.project.metrics[name]
        yield Definition(
            metric.label, reader.project.version(metric), metric.words, metric.formula,
            reader.project.good(metric, None), tuple(map(str, boxes_on(metric, reader.project))),
            metric.source,
        )  # fmt: skip
