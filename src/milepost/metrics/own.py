"""The metrics that a plan makes: variants of the catalogue's, and estimators over any fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from milepost.metrics.definition import Metric, Unit
from milepost.metrics.estimators import (
    Estimator,
    Mean,
    NetShare,
    Quantile,
    Rate,
    Ratio,
    Share,
    Total,
)
from milepost.plan.expressions import parse, to_sql
from milepost.plan.model import OwnMetric

_UNITS: dict[str, Unit] = {
    "share": "percent", "net": "points", "mean": "score", "quantile": "score", "ratio": "ratio",
    "rate": "ratio", "total": "count",
}  # fmt: skip
_SOURCE = "the plan's own"
Made = tuple[Estimator, dict[str, str], str]


def variant(base: Metric, own: OwnMetric) -> Metric:
    """A built-in metric under the plan's own name, with what the plan changes of it."""
    rule = base.boxes.with_top(own.boxes) if base.boxes else None
    told = with_parameters(base, own.parameters)
    title = own.title or (told.title if own.parameters else f"{base.title} ({own.name})")
    return replace(
        told, name=own.name, title=title, label=own.title or own.name, boxes=rule, beside=None,
        base=base.name, own=True,
    )  # fmt: skip


def with_parameters(base: Metric, parameters: dict[str, int]) -> Metric:
    """The metric with other parameters, which its words say as well."""
    merged = {**base.parameters, **parameters}
    texts = {name: getattr(base, name) for name in ("title", "label", "words", "formula")}
    for before, after in zip(_told(base.parameters), _told(merged), strict=True):
        texts = {
            key: re.sub(rf"\b{re.escape(before)}\b", after, text) for key, text in texts.items()
        }
    return replace(base, parameters=merged, **texts)


def _told(parameters: Mapping[str, int]) -> list[str]:
    """How words say parameters: '30 days', 'day 30', 'days 1 to 7'."""
    found = [f"{value} {name}" for name, value in parameters.items()]
    found += [f"{name.removesuffix('s')} {value}" for name, value in parameters.items()]
    if {"first", "last"} <= set(parameters):
        found.append(f"days {parameters['first']} to {parameters['last']}")
    return found


def own_metric(own: OwnMetric) -> Metric:
    """A metric that a plan defines over a fact; its text was checked."""
    (stated,) = own.estimators
    estimator, sums, formula = _made(own)
    where = _row(own.where) if own.where else "TRUE"
    among = f", where {where}" if own.where else ""
    title = own.title or own.name
    return Metric(
        name=own.name, title=title, label=title, fact=own.fact or "", where=where, sums=sums,
        estimator=estimator, unit=own.unit or _UNITS[stated], good=own.good or "neither",
        kind=own.kind or "outcome", formula=formula, source=_SOURCE, own=True,
        words=own.words or f"A metric of the plan: {formula}, of the rows of {own.fact}{among}.",
    )  # fmt: skip


def _made(own: OwnMetric) -> Made:
    if own.share is not None:
        return _share(_row(own.share))
    if own.mean is not None:
        return _mean(_row(own.mean))
    if own.net is not None:
        return _net(*map(_row, own.net))
    if own.quantile is not None:
        value = _row(own.quantile.of)
        formula = f"the value of {value} below which {own.quantile.at:.1%} lie"
        return Quantile(of=value, at=own.quantile.at), {"n": f"count({value})"}, formula
    if own.ratio is not None:
        over, under = map(_added, own.ratio)
        return Ratio("over", "under"), _pair("over", over, "under", under), f"{over} / {under}"
    if own.rate is not None:
        over, under = map(_added, own.rate)
        return (
            Rate("events", "exposure"),
            _pair("events", over, "exposure", under),
            (f"{over} / {under}"),
        )
    total = _added(own.total or "")
    return Total("total"), {"n": "count(*)", "total": total}, total


def _share(condition: str) -> Made:
    known = f"sum(CASE WHEN ({condition}) IS NOT NULL THEN 1 ELSE 0 END)"
    part = f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"
    return Share("part"), {"n": known, "part": part}, f"rows where {condition} / rows"


def _mean(value: str) -> Made:
    sums = {"n": f"count({value})", "total": f"sum({value})",
            "squares": f"sum(({value}) * ({value}))"}  # fmt: skip
    return Mean("total", "squares"), sums, f"sum of {value} / rows"


def _net(positive: str, negative: str) -> Made:
    known = f"({positive}) IS NOT NULL AND ({negative}) IS NOT NULL"
    sums = {
        "n": f"sum(CASE WHEN {known} THEN 1 ELSE 0 END)",
        "positive": f"sum(CASE WHEN {known} AND ({positive}) THEN 1 ELSE 0 END)",
        "negative": f"sum(CASE WHEN {known} AND ({negative}) THEN 1 ELSE 0 END)",
    }
    formula = f"(rows where {positive} - rows where {negative}) / rows"
    return NetShare("positive", "negative"), sums, formula


def _pair(first: str, over: str, second: str, under: str) -> dict[str, str]:
    return {"n": "count(*)", first: over, second: under}


def _row(text: str) -> str:
    return to_sql(parse(text))


def _added(text: str) -> str:
    return to_sql(parse(text, aggregates=True))
