"""The figures of asking: every step with its denominator, equal to what the rows say and to the engine's metric."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from milepost.plan.calendar import Span
from milepost.server.models import Company, Decision, Event, Invitation, Message, Program, Survey
from milepost.server.queries.asking_groups import groups
from milepost.server.queries.coming import coming
from milepost.server.queries.program_figures import Tally, counted, course, steps, total
from milepost.server.queries.rates import Share, against_rest
from milepost.server.queries.rules import zone_of
from milepost.server.queries.scopes import Scope, parts_of
from tests.server.figures.conftest import NOW, Send
from tests.server.programs.conftest import HOSTILE, MakeProgram, after, people

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def scope(program: Program, company: Company) -> Scope:
    """Ninety days of the program."""
    return Scope(Span(TODAY - 89 * DAY, TODAY + DAY, "all"), zone_of(company), program)


def _tally(scope: Scope) -> Tally:
    return counted(scope, "channel").all


def test_every_outcome_is_counted_once(send: Send, scope: Scope) -> None:
    send(10, 4, delivered_at=NOW)
    send(5, 2, state="partial")
    send(3, 3, quarantined=True)
    send(2, bounced_at=NOW)
    send(1, test=True)
    send(4, days_ago=200)
    nameless = send(1)[0]
    Invitation.objects.filter(pk=nameless.pk).update(state="answered")
    assert _tally(scope) == Tally(
        sent=21,
        delivered=10,
        bounced=2,
        complete=4,
        partial=2,
        nameless=1,
        quarantined=3,
        reached=4,
    )
    found = _tally(scope)
    assert (found.response, found.completion) == (Share(7, 21), Share(4, 6))


def test_a_share_has_the_interval_that_scipy_gives() -> None:
    for count, of in ((312, 1204), (0, 9), (9, 9), (1, 2)):
        told = binomtest(count, of).proportion_ci(method="wilson")
        assert Share(count, of).interval == pytest.approx((told.low, told.high), abs=1e-12)
    assert Share(0, 0).value is Share(0, 0).interval is Share(0, 0).ends is None


def test_what_never_went_out_is_told_by_its_reason(
    send: Send, program: Program, scope: Scope
) -> None:
    send(6, 1)
    for why, many in (("failed", 2), ("bounced", 1), ("throttled", 3)):
        Invitation.objects.filter(pk__in=[one.pk for one in send(many, sent_at=None)]).update(
            state="closed", closed_because=why
        )
    found = steps(program, scope, _tally(scope))
    assert (found.planned, found.failed, found.refused) == (12, 2, 1)
    assert found.withdrawn == [("throttled", 3)]


def test_who_left_is_counted_at_their_last_asking_before(
    send: Send, program: Program, scope: Scope
) -> None:
    stayed, left, before = people(3)
    send(1, of=[stayed])
    send(1, of=[left], days_ago=20)
    send(1, of=[left], days_ago=4)
    send(1, of=[before], days_ago=4)
    for person, days in ((left, 3), (before, 5)):
        person.status, person.status_since = "unsubscribed", NOW - days * DAY
        person.save()
    assert steps(program, scope, _tally(scope)).unsubscribed == 1
    earlier = Scope(Span(TODAY - 30 * DAY, TODAY - 10 * DAY, "all"), scope.zone, program)
    assert steps(program, earlier, _tally(earlier)).unsubscribed == 0


def test_a_transactional_program_considers_the_events_of_the_days(
    make_program: MakeProgram, survey: Survey, company: Company
) -> None:
    program = make_program(survey, after(), name="after", kind="transactional")
    for number, person in enumerate(people(5)):
        event = Event.objects.create(
            person=person, name="delivered", key=f"{number}", at=NOW,
            received_at=NOW - timedelta(days=100 if number == 0 else 3),
        )  # fmt: skip
        Decision.objects.create(
            program=program, person=person, event=event, asked=number < 3, reason="asked", since=NOW
        )
    scope = Scope(Span(TODAY - 89 * DAY, TODAY + DAY, "all"), zone_of(company), program)
    found = steps(program, scope, Tally())
    assert (found.considered, found.asking) == (4, 2)


def test_days_are_the_companys(send: Send, program: Program, company: Company) -> None:
    # Half past eleven in the evening in UTC is the next day in Copenhagen.
    send(1, sent_at=NOW.replace(day=10, hour=23, minute=30))
    for day, many in ((10, 0), (11, 1)):
        span = Span(date(2026, 11, day), date(2026, 11, day + 1), "day")
        assert _tally(Scope(span, zone_of(company), program)).sent == many


@given(first=st.dates(date(2020, 1, 1), date(2027, 1, 1)), days=st.integers(1, 900))
def test_the_parts_of_a_period_are_its_days_in_order(first: date, days: int) -> None:
    span = Span(first, first + timedelta(days=days), "all")
    parts = parts_of(span)
    assert (parts[0].since, parts[-1].until) == (span.since, span.until)
    assert all(a.until == b.since for a, b in pairwise(parts))
    assert len(parts) <= 32


def test_the_course_adds_up_and_says_what_is_still_growing(send: Send, scope: Scope) -> None:
    for days_ago in (1, 8, 30, 60, 88):
        send(4, 1, days_ago=days_ago)
    found = course(counted(scope, "channel"), TODAY)
    assert total(each.tally for each in found) == _tally(scope)
    assert [each.growing for each in found][-3:] == [False, True, True]


@given(
    st.dictionaries(
        st.text(max_size=3),
        st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        max_size=40,
    )
)
def test_no_small_group_is_told_or_can_be_worked_out(made: dict[str, tuple[int, int]]) -> None:
    tally = {name: Tally(sent=sent, complete=back) for name, (sent, back) in made.items()}
    found = groups(tally, least=5)
    assert all(each.share.of >= 5 for each in found)
    if found:
        assert sum(each.share.of for each in found) == sum(sent for sent, _ in made.values())
        assert sum(each.many for each in found) == len(made)


def test_groups_are_told_apart_only_where_they_differ(send: Send, scope: Scope) -> None:
    send(400, 40, about={"country": "DK"})
    send(400, 120, about={"country": "SE"})
    send(400, 84, about={"country": "NO"})
    send(3, about={"country": "IS"})
    send(3, about={"other": 1})
    found = groups(counted(scope, "country").by_value, least=5)
    assert [(each.value, each.against.word) for each in found] == [
        ("DK", "less"), ("NO", "cannot tell"), ("SE", "more"), (None, "too few"),
    ]  # fmt: skip
    assert found[0].against.change == pytest.approx(10 - 100 * 204 / 806)
    low, high = found[0].against.low, found[0].against.high
    assert low is not None
    assert high is not None
    assert low < found[0].against.change < high < 0


def test_no_group_is_called_different_where_all_are_alike() -> None:
    found = against_rest([Share(30 + n % 3, 100) for n in range(12)])
    assert {each.word for each in found} == {"cannot tell"}


def test_messages_to_come_are_counted_by_day(
    send: Send, program: Program, company: Company
) -> None:
    def waits(many: int, ordinal: int, days: float, **fields: Any) -> None:
        Message.objects.bulk_create(
            Message(invitation=each, ordinal=ordinal, due_at=NOW + timedelta(days=days), **fields)
            for each in send(many)
        )

    waits(3, 1, 0.1)
    waits(2, 2, 1)
    waits(1, 1, -2)
    waits(5, 1, 20)
    waits(7, 1, 1, state="sent")
    found = coming(zone_of(company), program)
    assert len(found) == 14
    assert [(each.first, each.reminders) for each in found[:3]] == [(4, 0), (0, 2), (0, 0)]
    assert not any(each.all for each in found[2:])


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_many_programs_and_groups_take_no_more_queries_than_one(
    client: Client, send: Send, make_program: MakeProgram, survey: Survey
) -> None:
    send(10, 2, about={"country": "DK"})
    paths = ("/programs/figures/all?by=country", "/programs/care/figures?by=country")
    before = [_queries(client, path) for path in paths]
    for number in range(50):
        made = make_program(survey, name=f"p{number}", title=f"P {number}", counts={"asked": 2})
        send(6, 1, program=made, about={"country": f"C{number}"}, days_ago=number)
        send(6, 1, about={"country": f"C{number}"}, days_ago=number)
    assert [_queries(client, path) for path in paths] == before


def test_the_page_tells_each_rate_with_its_denominator_and_interval(
    client: Client, send: Send
) -> None:
    send(1204, 312, delivered_at=NOW)
    send(46)
    text = " ".join(client.get("/programs/care/figures").content.decode().split())
    told = binomtest(312, 1204).proportion_ci(method="wilson")
    assert "312 of 1,204 delivered" in text
    assert f"{100 * told.low:.1f} to {100 * told.high:.1f}" in text
    assert "312 of 1,250 sent" in text
    assert "1,250 of 1,250 planned" in text
    assert "12 of 100 people" in text


def test_the_address_narrows_and_holds(client: Client, send: Send) -> None:
    send(40, 10, days_ago=3, about={"country": "DK"})
    send(40, 20, days_ago=30, about={"country": "SE"}, channel="link")
    day = (TODAY - 10 * DAY).isoformat()
    assert "10 of 40 sent" in client.get(f"/programs/care/figures?from={day}").content.decode()
    page = client.get("/programs/care/figures?segment.country=SE&by=country").content.decode()
    assert "20 of 40 sent" in page
    assert "segment.country=SE" in page
    assert "20 of 40 sent" in client.get("/programs/care/figures?channel=link").content.decode()
    assert (
        "30 of 80 sent" in client.get("/programs/care/figures?from=nonsense&by=x").content.decode()
    )


def test_days_in_the_wrong_order_are_said_and_not_taken_for_one_day(
    client: Client, send: Send
) -> None:
    send(40, 10, days_ago=3)
    first, last = (TODAY - 10 * DAY).isoformat(), (TODAY - 20 * DAY).isoformat()
    page = client.get(f"/programs/care/figures?from={first}&to={last}").content.decode()
    assert "Earlier than the first day: choose one after it." in page
    assert "10 of 40 sent" in page


def test_a_last_day_alone_ends_the_usual_days(client: Client, send: Send) -> None:
    send(40, 10, days_ago=30)
    send(40, 20, days_ago=3)
    last = TODAY - 20 * DAY
    page = client.get(f"/programs/care/figures?to={last}").content.decode()
    assert "10 of 40 sent" in page
    assert f'value="{last - 89 * DAY}"' in page
    assert "Earlier than the first day" not in page
    assert client.get("/programs/care/figures?to=0001-01-01").status_code == 200


def test_attributes_are_named_as_everywhere(client: Client, send: Send) -> None:
    for plan in ("gold", "free"):
        send(20, 10, about={"favourite_plan": plan})
    path = "/programs/care/figures?by=favourite_plan"
    page = " ".join(client.get(path).content.decode().split())
    assert ">Favourite plan</option>" in page
    assert "Response rate by favourite plan, the lowest first" in page
    assert (
        "<bdi>Favourite plan</bdi> ="
        in client.get(f"{path}&segment.favourite_plan=gold").content.decode()
    )


def test_a_view_of_too_few_people_is_not_shown(client: Client, send: Send) -> None:
    send(40, 10, about={"country": "DK"})
    send(2, 1, about={"country": "SE"})
    page = client.get("/programs/care/figures?segment.country=SE").content.decode()
    assert "1 of 2" not in page
    assert "Fewer than 5" in page


def test_hostile_names_are_inert(client: Client, send: Send, program: Program) -> None:
    program.title = HOSTILE
    program.save()
    send(40, 10, about={HOSTILE: HOSTILE, "a": HOSTILE})
    send(40, 10, about={"a": "b"})
    for path in (
        "/programs/figures/all?by=a",
        "/programs/care/figures?by=a",
        "/programs/care/ahead",
    ):
        page = client.get(path).content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "{{ 7|add:7 }}" in page


@pytest.mark.parametrize(
    "path", ["/programs/figures/all", "/programs/care/figures", "/programs/care/ahead"]
)
def test_pages_of_nothing_say_so(client: Client, program: Program, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert b"nan" not in page.content


def test_members_without_sight_of_people_get_no_links_to_them(
    signed_in: Callable[[str], Client], program: Program
) -> None:
    assert (
        "/decisions?" not in signed_in("responder").get("/programs/care/figures").content.decode()
    )
    assert "/decisions?reason=not_due" in (
        signed_in("analyst").get("/programs/care/figures").content.decode()
    )
