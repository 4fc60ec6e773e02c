"""A plan's sources from the server, stated in full: what was collected says what there is to map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from milepost.engine.collected.columns import clean
from milepost.engine.collected.current import Collected, Put, current
from milepost.plan import facts
from milepost.plan.askings import Asking
from milepost.plan.expressions import ExpressionError, columns_of, parse
from milepost.plan.metric_checks import expressions_of
from milepost.plan.model import Plan, Source
from milepost.plan.questions import BY_NAME, scales_named


def collected_of(plan: Plan, store: Path) -> dict[str, Collected]:
    """What is collected of each fact that the plan takes from the server. Raises DataError."""
    return {
        fact: replace(current(store, fact), named=tuple(sorted(_spoken_of(plan, fact))))
        for fact in facts.COLLECTED
        if fact in plan.collected
    }


def stated(plan: Plan, found: Mapping[str, Collected]) -> Plan:
    """The plan with the columns and attributes of its sources from the server."""
    sources = tuple(
        _stated(source, found[source.fact]) if source.collected else source
        for source in plan.sources
    )
    return plan.model_copy(update={"sources": sources})


def askings_of(plan: Plan, found: Mapping[str, Collected]) -> Iterator[Asking]:
    """The questions that were answered on the server, as if the plan had stated them."""
    for index, source in enumerate(plan.sources):
        if source.collected and source.fact == "responses":
            for put in found["responses"].asked:
                if put.type in BY_NAME:
                    yield _asking(put, source, index)


def _stated(source: Source, found: Collected) -> Source:
    """Every column under its own name; what the plan says of attributes goes before."""
    shape = facts.collected(facts.BY_NAME[source.fact])
    answered = facts.ANSWERED if source.fact == "responses" else {}
    own = {**facts.SHARED, **shape.columns}
    columns = {n: n for n in own if n in found.columns or n in shape.required or n in answered}
    here = {n: n for n in sorted({*found.columns, *found.named} - {*own})}
    update: dict[str, object] = {"columns": columns, "attributes": here}
    if found.record.rows:
        renamed = {text.strip() for text in source.attributes.values()}
        mine = {name.lower() for name in source.attributes}
        rest = {n: n for n in here if n not in renamed and n.lower() not in mine}
        update["attributes"] = {**source.attributes, **rest}
    else:
        # Nobody can tell yet whether what a condition speaks of will be there.
        update |= {"where": None, "expect": ()}
    return source.model_copy(update=update)


def _spoken_of(plan: Plan, fact: str) -> set[str]:
    """The attributes of a fact that the plan speaks of, be they collected or not."""
    own = {**facts.stored(facts.collected(facts.BY_NAME[fact]))}
    mine = [source for source in plan.sources if source.collected and source.fact == fact]
    told = {name for source in mine for name in source.attributes}
    told |= set(_in_conditions(plan, fact))
    if fact in ("responses", "invitations"):
        told |= set(plan.segments)
    return {name for name in told if clean(name) == name and name.lower() not in own}


def _in_conditions(plan: Plan, fact: str) -> Iterator[str]:
    """The columns in the plan's own metrics over a fact, and in who passed a touchpoint."""
    for metric in plan.metrics:
        if metric.fact == fact and metric.variant_of is None:
            for _, what, text in expressions_of(metric):
                yield from _columns(text, aggregates=what == "sums")
    for point in plan.touchpoints:
        if point.passed_by and point.passed_by.fact == fact and point.passed_by.where:
            yield from _columns(point.passed_by.where)


def _columns(text: str, *, aggregates: bool = False) -> Sequence[str]:
    try:
        return [name for _, name in columns_of(parse(text, aggregates=aggregates))]
    except ExpressionError:  # the check of the plan tells it
        return ()


def _asking(put: Put, source: Source, index: int) -> Asking:
    kind, scales = BY_NAME[put.type], scales_named(put.scale or "")
    return Asking(
        place=("sources", index), source=source.name, question=put.question, type=put.type,
        scale=scales[0] if scales and kind.scaled else None,
        good="low" if put.good == "low" else "high",
        touchpoint=put.touchpoint, anywhere=False, missing=(), labels=(), expressions=(),
    )  # fmt: skip
