"""Random answers of several types of survey, measured, are what a few lines of plain Python give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.programs.surveys.survey_types import BY_NAME
from milepost.server.actions.marking import mark
from milepost.server.models import Response, Survey
from tests.server.facts.conftest import AT, MACHINE, NOW, Place


@dataclass(frozen=True)
class Given:
    """One answer; `place` empty: the company as a whole."""

    type: str
    score: int
    place: str
    days: int
    machine: bool


def share(least: int, most: int = 99) -> Callable[[Sequence[int]], float]:
    return lambda scores: 100 * sum(least <= n <= most for n in scores) / len(scores)


def mean(scores: Sequence[int]) -> float:
    return sum(scores) / len(scores)


# By type: the metric, and the same by hand.
BY_HAND: dict[str, tuple[str, Callable[[Sequence[int]], float]]] = {
    "nps": ("nps", lambda scores: share(9)(scores) - share(0, 6)(scores)),
    "csat": ("csat", share(4)),
    "ces2": ("ces2", share(5)),
    "ces1": ("ces1", mean),
    "stars": ("stars", mean),
    "smileys": ("smileys", share(4)),
    "thumbs": ("thumbs", share(1)),
    "ease": ("ease", share(4)),
    "pmf": ("pmf", share(3)),
    "task": ("task_completion", share(1)),
}


@st.composite
def answers(draw: st.DrawFn) -> Given:
    kind = draw(st.sampled_from(sorted(BY_HAND)))
    scale = BY_NAME[kind].scale
    assert scale
    return Given(
        kind, draw(st.integers(*scale)), draw(st.sampled_from(["", "desk"])),
        draw(st.integers(0, 40)), draw(st.sampled_from([False, False, False, True])),
    )  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(some=st.lists(answers(), min_size=1, max_size=25))
def test_what_is_measured_is_what_was_answered(place: Place, some: list[Given]) -> None:
    _forget()
    for one in some:
        name = f"{one.type}{one.place}"
        survey = place.surveys.setdefault(name, _survey(place, one))
        at = AT + timedelta(days=one.days, hours=3)
        given = {"evidence": MACHINE} if one.machine else {}
        place.asked(survey, one.score, at=at, touchpoint=one.place, **given)
    counted: dict[tuple[str, str | None], list[int]] = {}
    for one in some:
        if not one.machine:
            counted.setdefault((one.type, one.place or None), []).append(one.score)
    wanted: dict[tuple[str, str | None], object] = {
        (BY_HAND[kind][0], where): (pytest.approx(BY_HAND[kind][1](scores)), len(scores))
        for (kind, where), scores in counted.items()
    }
    place.refresh()
    asked = sorted({BY_HAND[kind][0] for kind, _ in counted})
    with clock.at(NOW):
        cells = place.project.measure(asked, every="all").cells if asked else ()
    assert {(cell.metric, cell.touchpoint): (cell.value, cell.n) for cell in cells} == wanted


def _survey(place: Place, one: Given) -> Survey:
    name = f"{one.type}{one.place}"
    return place.surveys.get(name) or place.survey(name, type=one.type)


def _forget() -> None:
    for day in set(Response.objects.values_list("day", flat=True)):
        mark("responses", day)
    Response.objects.all().delete()
