"""What a plan's shape does not show: names that clash or point nowhere, impossible values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from milepost.errors import QuestionError, hint
from milepost.plan import facts
from milepost.plan.calendar import parse_duration
from milepost.plan.journey_checks import check_journey
from milepost.plan.metric_checks import check_metric
from milepost.plan.mistakes import Mistake, clashes, timezone_mistakes
from milepost.plan.model import Company, Initiative, Journey, OwnFact, OwnMetric, Plan, Source
from milepost.plan.reading import Place
from milepost.plan.scope import Scope
from milepost.plan.source_checks import check_source

_TIME = r"((?:[01]\d|2[0-3]):[0-5]\d|24:00)"
_HOURS = re.compile(f"{_TIME}-{_TIME}")
_Named = Source | OwnFact | Journey | OwnMetric | Initiative


def check(plan: Plan, scope: Scope) -> Iterator[Mistake]:
    """Every mistake of a plan's meaning but the names of metrics, which the catalogue knows."""
    yield from _twice(plan)
    yield from _company(plan.company, ("company",))
    yield from _segments(plan, scope)
    for i, source in enumerate(plan.sources):
        yield from check_source(source, ("sources", i), scope)
    for i, fact in enumerate(plan.facts):
        yield from _own_fact(fact, ("facts", i), scope)
    for i, journey in enumerate(plan.journeys):
        yield from check_journey(journey, ("journeys", i), scope)
    for i, metric in enumerate(plan.metrics):
        yield from check_metric(metric, ("metrics", i), scope)
    yield from _aims(plan, scope)
    yield from _headline(plan)


def _company(company: Company, place: Place) -> Iterator[Mistake]:
    if not company.name.strip():
        yield (*place, "name"), "name: expected the company's name, found ''"
    yield from timezone_mistakes(company.timezone, (*place, "timezone"))
    yield from _hours(company, (*place, "business_hours"))
    heads = company.headcount
    for attribute, parts in ((heads.model_extra or {}) if heads else {}).items():
        total, counted = heads.total if heads else 0, sum(parts.values())
        if counted > total:
            text = f"headcount: the parts of '{attribute}' add up to {counted:,}"
            yield (*place, "headcount", attribute), f"{text}, more than the total of {total:,}"


def _hours(company: Company, place: Place) -> Iterator[Mistake]:
    for day, text in (company.business_hours or {}).items():
        found = _HOURS.fullmatch(text)
        if not (found and found[1] < found[2]) and text != "closed":
            yield (
                (*place, day),
                f"{day}: expected hours such as 09:00-17:00, or closed, found '{text}'",
            )


def _twice(plan: Plan) -> Iterator[Mistake]:
    parts: tuple[tuple[str, str, Sequence[_Named]], ...] = (
        ("sources", "source", plan.sources),
        ("facts", "fact", plan.facts),
        ("journeys", "journey", plan.journeys),
        ("metrics", "metric", plan.metrics),
        ("initiatives", "initiative", plan.initiatives),
    )
    for key, kind, items in parts:
        names = (((key, i, "name"), item.name) for i, item in enumerate(items))
        yield from clashes(names, kind)
    points = (
        (("journeys", i, "touchpoints", j, "name"), point.name)
        for i, journey in enumerate(plan.journeys)
        for j, point in enumerate(journey.touchpoints)
    )
    yield from clashes(points, "touchpoint")
    yield from clashes(((("segments", i), name) for i, name in enumerate(plan.segments)), "segment")
    yield from _spellings(plan)


def _spellings(plan: Plan) -> Iterator[Mistake]:
    """Attributes of one name are one segment; the engine does not tell 'State' from 'state'."""
    seen: dict[str, tuple[str, str]] = {}
    for i, source in enumerate(plan.sources):
        for name in source.attributes:
            first, where = seen.setdefault(name.lower(), (name, source.name))
            if first != name:
                yield (
                    ("sources", i, "attributes", name),
                    f"attribute '{name}' is '{first}' in source '{where}'; write both the same way",
                )


def _segments(plan: Plan, scope: Scope) -> Iterator[Mistake]:
    brought = {"responses", *(source.fact for source in plan.sources)}
    known = scope.attributes.union(*(facts.segments_of(fact) for fact in brought))
    for i, name in enumerate(plan.segments):
        if name == "touchpoint":
            yield (
                ("segments", i),
                "segment 'touchpoint' is a place on the journey and shown anyway; leave it out",
            )
        elif name not in known and not scope.collected:
            near = hint(name, known)
            yield ("segments", i), f"segment '{name}' is no attribute of any source{near}"


def _own_fact(fact: OwnFact, place: Place, scope: Scope) -> Iterator[Mistake]:
    if fact.name.lower() in facts.TAKEN:
        yield (*place, "name"), f"fact '{fact.name}' exists already; choose another name"
    yield from clashes((((*place, "columns", name), name) for name in fact.columns), "column")
    known = {**facts.SHARED, **fact.columns}
    for key in ("key", "time"):
        name = getattr(fact, key)
        if name not in known and scope.whole(place):
            near = hint(name, known)
            yield (*place, key), f"{key} '{name}' is no column of fact '{fact.name}'{near}"
    if known.get(fact.time, "time") not in ("time", "date"):
        yield (*place, "time"), f"time '{fact.time}' is a {known[fact.time]}; expected time or date"
    for name in fact.columns:
        if name.lower() in facts.RESERVED:
            yield (
                (*place, "columns", name),
                f"'{name}' is a name that Milepost itself gives; choose another",
            )


def _aims(plan: Plan, scope: Scope) -> Iterator[Mistake]:
    for i, initiative in enumerate(plan.initiatives):
        point = initiative.aims_at.touchpoint if initiative.aims_at else None
        if point and point not in scope.touchpoints:
            near = hint(point, scope.touchpoints)
            yield (
                ("initiatives", i, "aims_at", "touchpoint"),
                f"touchpoint '{point}' is in no journey{near}",
            )


def _headline(plan: Plan) -> Iterator[Mistake]:
    if plan.headline and plan.headline.within is not None:
        try:
            parse_duration(plan.headline.within)
        except QuestionError as error:
            yield ("headline", "within"), f"within: {error}"
