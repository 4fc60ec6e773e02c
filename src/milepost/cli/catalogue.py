"""`milepost metrics`: the catalogue as a list, and one definition with the SQL as it will run."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from milepost.cli import running
from milepost.engine.definition import boxes_on, example_sql
from milepost.engine.project import Project, open_project
from milepost.errors import UnknownName
from milepost.insight.asking import one_of
from milepost.insight.visible import visible_lines
from milepost.metrics.catalogue import BUILT_IN, FAMILIES
from milepost.metrics.definition import Metric

FORMATS = ("table", "json")
_WIDTH = 80


def listing(plan: Path, *, format: str) -> str:
    """Every metric with what it is of; those of the plan too, where there is one."""
    one_of("--format", format, FORMATS)
    project = _project(plan)
    metrics = _known(project)
    if format == "json":
        data = [_data(metric, project) for metric in metrics.values()]
        return json.dumps(data, indent=1, ensure_ascii=False)
    lines: list[str] = []
    for title, some in _families(metrics):
        lines += [title, *_rows(some, width=running.width()), ""]
    lines.append(f"{len(metrics)} metrics; 'milepost metrics NAME' shows one with its SQL")
    return visible_lines("\n".join(lines))


def _families(metrics: Mapping[str, Metric]) -> Iterator[tuple[str, list[Metric]]]:
    """The metrics by family, those of the plan last."""
    for family in FAMILIES:
        yield family.title, [metrics[metric.name] for metric in family.metrics]
    own = [metric for name, metric in metrics.items() if name not in BUILT_IN]
    if own:
        yield "Of this plan", own


def _rows(metrics: Iterable[Metric], *, width: int) -> list[str]:
    """The metrics as a table; where it has no room, a name and under it the title."""
    if width < _WIDTH:
        return [f"{m.name}\n  {m.label}" for m in metrics]
    return [
        "─" * _WIDTH,
        *(f"{m.name:<33} {m.unit:<8} {m.good:<8} {m.label}" for m in metrics),
    ]


def page(name: str, plan: Path, *, format: str) -> str:
    """One metric: definition, formula, boxes, SQL as it will run, source. Raises UnknownName."""
    one_of("--format", format, FORMATS)
    project = _project(plan)
    known = _known(project)
    if name not in known:
        raise UnknownName("metric", name, known)
    metric = known[name]
    if format == "json":
        return json.dumps(_data(metric, project), indent=1, ensure_ascii=False)
    return visible_lines("\n".join(_lines(metric, project)))


def _lines(metric: Metric, project: Project | None) -> list[str]:
    lines = [f"{metric.title} ({_version(metric, project)})", "─" * min(_WIDTH, running.width())]
    lines += [_wrapped(metric.words), ""]
    lines.append(f"formula    {metric.formula}")
    lines.append(
        f"estimator  {metric.estimator.name}; shown in {metric.unit}; good is {metric.good}"
    )
    lines.append(f"signal     {metric.kind}; fact {metric.fact}")
    if metric.parameters:
        stated = ", ".join(f"{name}: {value}" for name, value in metric.parameters.items())
        lines.append(f"parameters {stated}; a variant may state others")
    lines += [f"boxes      {boxes}" for boxes in boxes_on(metric, project)]
    lines += [_wrapped(f"pitfall    {pitfall}") for pitfall in metric.pitfalls]
    lines += [_wrapped(f"source     {metric.source}"), ""]
    lines.append(example_sql(metric, project))
    return lines


def _wrapped(text: str) -> str:
    deeper = " " * 11 if text.startswith(("pitfall", "source")) else ""
    return textwrap.fill(text, min(_WIDTH, running.width()), subsequent_indent=deeper)


def _data(metric: Metric, project: Project | None) -> dict[str, object]:
    return {
        "name": metric.name, "definition": _version(metric, project), "title": metric.title,
        "words": metric.words, "formula": metric.formula, "fact": metric.fact,
        "parameters": dict(metric.parameters),
        "where": metric.where, "sums": metric.sums, "estimator": metric.estimator.name,
        "unit": metric.unit, "good": metric.good, "kind": metric.kind,
        "boxes": [boxes.as_data() for boxes in boxes_on(metric, project)], "source": metric.source,
        "sql": example_sql(metric, project),
    }  # fmt: skip


def _project(plan: Path) -> Project | None:
    return open_project(plan) if plan.exists() else None


def _known(project: Project | None) -> dict[str, Metric]:
    return project.metrics if project else dict(BUILT_IN)


def _version(metric: Metric, project: Project | None) -> str:
    """The metric's version, with how the plan reads its answers where there is a plan."""
    return project.version(metric) if project else metric.version
