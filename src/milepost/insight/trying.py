"""How a plan's text and a data file are tried: opened as they would be, without a trace in the folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from milepost.engine.checks import check
from milepost.engine.guessing import Guess, Head, guess, look, plan_text
from milepost.engine.project import Project, project_of
from milepost.engine.reader import PASSINGS
from milepost.errors import Finding, MilepostError
from milepost.insight.trial import Choosing, Looked, Offer, Trial
from milepost.metrics.definition import Metric
from milepost.plan.load import read_plan


def trial_of(text: str, folder: str) -> Trial:
    """The mistakes of a text as a folder's plan; without any, the metrics that its sources bring."""
    with tempfile.TemporaryDirectory(prefix="milepost-plan-") as place:
        file = Path(place) / "milepost.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        draft = read_plan(file)
    found = [*draft.findings, *(check(draft, draft.plan) if draft.plan else ())]
    if found or draft.plan is None:
        return Trial(tuple(map(_told, sorted(found))), ())
    try:
        project = project_of(draft, draft.plan, base=Path(folder))
    except MilepostError as error:
        return Trial((str(error),), ())
    return Trial((), tuple(_offers(project)))


def look_of(file: str, folder: str, timezone: str, decided: Mapping[str, str]) -> Looked:
    """A data file as `milepost init` understands it, without its journey: pages draw that up."""
    sample = look(file, base=Path(folder), timezone=timezone)
    first = guess(sample)
    found = guess(sample, decided=decided) if decided else first
    doubts = tuple(Choosing(d.key, d.text, d.choices) for d in first.doubts if d.choices)
    remarks = (*(d.text for d in found.doubts if not d.choices), *found.remarks)
    return Looked(
        text=plan_text(replace(found, stops=()), Head(file, timezone)), fact=found.fact, empty=found.empty,
        records=sample.records, whole=sample.whole, questions=tuple(_questions(found)),
        choosing=doubts, remarks=remarks, unused=found.unused, stops=tuple(_stops(found)),
    )  # fmt: skip


def _told(finding: Finding) -> str:
    return f"line {finding.line}: {finding.text}"


def _offers(project: Project) -> Iterator[Offer]:
    seen: set[str] = set()
    for metric in project.metrics.values():
        if metric.split is None and _brought(project, metric):
            leading = metric.question_type is None or metric.question_type not in seen
            seen |= {metric.question_type} if metric.question_type else set()
            yield Offer(
                metric.name, metric.title, metric.label, metric.unit, project.good(metric, None),
                metric.kind, metric.words, "days" in metric.parameters, metric.at_touchpoints, leading,
                _asked_at(project, metric),
            )  # fmt: skip


def _brought(project: Project, metric: Metric) -> bool:
    """Whether the sources bring it; a question that the server may ask counts as asked."""
    if metric.question_type and metric.fact == "responses":
        open_ones = "responses" in project.plan.collected
        return open_ones or metric.question_type in project.askings
    known = all(_brings(project, wanted) for wanted in metric.reads if wanted != PASSINGS)
    return known and (metric.fact == PASSINGS or bool(project.bringing(metric)))


def _brings(project: Project, wanted: str) -> bool:
    fact, _, column = wanted.partition(".")
    sources = [source for source in project.plan.sources if source.fact == fact]
    return any(not column or column in source.mapped for source in sources)


def _asked_at(project: Project, metric: Metric) -> tuple[str, ...] | None:
    if metric.question_type is None or "responses" in project.plan.collected:
        return None
    asked = project.askings.get(metric.question_type, ())
    if any(asking.anywhere for asking in asked):
        return None
    return tuple(sorted({asking.touchpoint for asking in asked if asking.touchpoint}))


def _questions(found: Guess) -> Iterator[tuple[str, str]]:
    for asked in found.questions:
        if not asked.open:
            scale = f" {asked.scale[0]}-{asked.scale[1]}" if asked.scale else ""
            yield asked.column, f"{asked.type}{scale}: {asked.why}"


def _stops(found: Guess) -> Iterator[tuple[str, str]]:
    maybe = found.stages.stops if found.stages else ()
    yield from {stop.name: stop.title for stop in (*found.stops, *maybe)}.items()
