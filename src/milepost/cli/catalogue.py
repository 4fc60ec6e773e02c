"""`milepost metrics`: the catalogue as a list, and one definition with the SQL as it will run."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from milepost.cli.measuring import one_of
from milepost.engine.definition import example_sql
from milepost.engine.project import Project, open_project
from milepost.errors import UnknownName
from milepost.metrics.boxes import label
from milepost.metrics.catalogue import BUILT_IN
from milepost.metrics.definition import Metric

FORMATS = ("table", "json")
_WIDTH = 80


def listing(plan: Path, *, format: str) -> str:
    """Every metric with what it is of; those of the plan too, where there is one."""
    one_of("--format", format, FORMATS)
    metrics = _known(_project(plan))
    if format == "json":
        return json.dumps([_data(metric, None) for metric in metrics.values()], indent=1)
    lines = [f"{'metric':<24} {'unit':<8} {'good':<8} {'fact':<13} title", "─" * _WIDTH]
    lines += [
        f"{m.name:<24} {m.unit:<8} {m.good:<8} {m.fact:<13} {m.label}" for m in metrics.values()
    ]
    lines.append(f"\n{len(metrics)} metrics; 'milepost metrics NAME' shows one with its SQL")
    return "\n".join(lines)


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
    return "\n".join(_lines(metric, project))


def _lines(metric: Metric, project: Project | None) -> list[str]:
    lines = [f"{metric.title} ({metric.version})", "─" * _WIDTH]
    lines += [_wrapped(metric.words), ""]
    lines.append(f"formula    {metric.formula}")
    lines.append(
        f"estimator  {metric.estimator.name}; shown in {metric.unit}; good is {metric.good}"
    )
    lines.append(f"signal     {metric.kind}; fact {metric.fact}")
    if metric.boxes:
        lines += [
            f"boxes      {label(scale)}: top {label(boxes.top)}, bottom {label(boxes.bottom)}"
            for scale, boxes in sorted(metric.boxes.fixed.items())
        ]
    lines += [_wrapped(f"pitfall    {pitfall}") for pitfall in metric.pitfalls]
    lines += [_wrapped(f"source     {metric.source}"), ""]
    lines.append(example_sql(metric, project))
    return lines


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=" " * 11 if text[:11].strip() in (
        "pitfall", "source") else "")  # fmt: skip


def _data(metric: Metric, project: Project | None) -> dict[str, object]:
    return {
        "name": metric.name, "definition": metric.version, "title": metric.title,
        "words": metric.words, "formula": metric.formula, "fact": metric.fact,
        "where": metric.where, "sums": metric.sums, "estimator": metric.estimator.name,
        "unit": metric.unit, "good": metric.good, "kind": metric.kind,
        "boxes": metric.boxes.as_data() if metric.boxes else None, "source": metric.source,
        "sql": example_sql(metric, project),
    }  # fmt: skip


def _project(plan: Path) -> Project | None:
    return open_project(plan) if plan.exists() else None


def _known(project: Project | None) -> dict[str, Metric]:
    return project.metrics if project else dict(BUILT_IN)
