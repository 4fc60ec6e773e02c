"""The pages' rates are those of `milepost measure`: the same rows, counted by the database and by the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from milepost.plan.calendar import Span
from milepost.server.actions.answers import quarantine, release
from milepost.server.actions.delivery import bounced, delivered
from milepost.server.models import Message, Response
from milepost.server.queries.program_figures import counted, course
from milepost.server.queries.rules import zone_of
from milepost.server.queries.scopes import Scope
from tests.server.facts.conftest import MACHINE, Place

pytestmark = pytest.mark.django_db
# Two hours in which it is another day, and another month, in Copenhagen than in UTC.
EVENING = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
SINCE, UNTIL = date(2026, 9, 1), date(2026, 11, 1)


@pytest.fixture
def scope(place: Place, company: object, member: object) -> Scope:
    """Two months of all that can become of an invitation, asked by two programs."""
    survey, hidden = place.survey(), place.survey("hidden", anonymous=True)
    for number in range(60):
        country = ("DK", "SE", "NO")[number % 10 // 4]
        about = {
            "sent_at": EVENING + timedelta(hours=3 * number - 60),
            "person": place.person(attributes={"country": country}),
            "channel": "email" if number % 4 else "link",
        }
        if number % 5 == 0:
            place.asked(survey, 9, at=EVENING + timedelta(days=20), **about)
        elif number % 17 == 0:
            place.asked(hidden, 3, at=EVENING + timedelta(days=20), **about)
        elif number % 13 == 0:
            place.asked(survey, 0, at=EVENING + timedelta(days=20), evidence=MACHINE, **about)
        else:
            invitation = place.invited(survey, **about)
            message = Message.objects.create(invitation=invitation, state="sent", due_at=EVENING)
            if number % 7 == 0:
                bounced(message, hard=False, reason="full")
            elif number % 2:
                delivered(message, EVENING + timedelta(days=4))
    place.asked(survey, 9, test=True)
    return Scope(Span(SINCE, UNTIL, "all"), zone_of(company))  # type: ignore[arg-type]


def _rounded(value: float | None) -> float | None:
    return value if value is None else round(value, 9)


def _measured(place: Place, metric: str, **asked: object) -> dict[object, tuple[object, object]]:
    place.refresh()
    found = place.project.measure(metric, since=SINCE, until=UNTIL, **asked)
    return {
        (cell.since, *cell.by.values()): (_rounded(cell.value), cell.n) for cell in found.cells if cell.n
    }  # fmt: skip


def test_the_response_rate_is_the_engines_with_its_interval(place: Place, scope: Scope) -> None:
    tally = counted(scope, "channel").all
    place.refresh()
    (cell,) = place.project.measure("response_rate", every="all", since=SINCE, until=UNTIL).cells
    assert (tally.response.percent, tally.sent) == (pytest.approx(cell.value), cell.n)
    assert tally.response.ends == pytest.approx((cell.low, cell.high))
    assert 0 < tally.answered < tally.sent
    assert tally.quarantined
    assert tally.bounced


def test_the_rate_of_those_delivered_is_the_engines(place: Place, scope: Scope) -> None:
    tally = counted(scope, "channel").all
    ((value, n),) = _measured(place, "response_rate_delivered", every="all").values()
    assert tally.delivered == n
    assert 100 * tally.reached / tally.delivered == pytest.approx(value)


def test_months_begin_where_the_engines_do(place: Place, scope: Scope) -> None:
    long = Scope(Span(date(2026, 1, 1), UNTIL, "all"), scope.zone)
    ours = {
        (each.span.since,): (_rounded(each.tally.response.percent), each.tally.sent)
        for each in course(counted(long, "channel"), UNTIL)
        if each.tally.sent
    }
    assert len(ours) == 2
    assert ours == (_measured(place, "response_rate", every="month"))


@pytest.mark.parametrize("by", ["country", "channel"])
def test_groups_are_the_engines(place: Place, scope: Scope, by: str) -> None:
    ours = {
        (SINCE, value): (_rounded(tally.response.percent), tally.sent)
        for value, tally in counted(scope, by).by_value.items()
    }
    assert ours == (_measured(place, "response_rate", every="all", by=by))


def test_released_and_quarantined_answers_change_both_alike(
    place: Place,
    scope: Scope,
    member: object,
) -> None:
    ada = member("manager")  # type: ignore[operator]
    release(Response.objects.filter(quarantined=True).first(), ada)  # type: ignore[arg-type]
    quarantine(Response.objects.filter(invitation__state="answered").first(), ada)  # type: ignore[arg-type]
    tally = counted(scope, "channel").all
    ((value, n),) = _measured(place, "response_rate", every="all").values()
    assert (tally.response.percent, tally.sent) == (pytest.approx(value), n)
