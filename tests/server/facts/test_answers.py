"""What was answered on the server is measured with no further set-up, as formulas by hand say."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from milepost.server.actions.answers import contacted, quarantine, release
from milepost.server.models import Company, Program, Response
from milepost.server.queries.facts import left_out
from tests.programs.surveys.documents import FULL
from tests.server.facts.conftest import AT, MACHINE, Place

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def wald(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Three answers added, a quarter of them up and a quarter down; then Wald's interval."""
    up, down = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    margin = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / (n + 3))
    return 100 * (up - down - margin), 100 * (up - down + margin)


def test_the_score_and_its_interval_are_those_of_the_formula(place: Place) -> None:
    survey = place.survey()
    for score in (10, 9, 9, 9, 10, 8, 7, 7, 6, 0, 3, 9):
        place.asked(survey, score)
    place.refresh()

    (cell,) = place.command("measure", "nps", "--every", "month")["cells"]
    low, high = wald(6, 3, 12)
    assert (cell["since"], cell["touchpoint"], cell["n"]) == ("2026-10-01", None, 12)
    assert cell["sums"] == {"n": 12, "promoters": 6, "detractors": 3}
    assert cell["value"] == 25.0
    assert (cell["low"], cell["high"]) == pytest.approx((low, high), abs=1e-3)
    assert cell["method"].startswith("adjusted Wald")


def test_places_and_attributes_are_apart(place: Place) -> None:
    place.plan("# segments: [country, store]", "segments: [country, store]")
    survey, after = place.survey(), place.survey("after-delivery", "delivery")
    dane = place.person(attributes={"country": "DK", "seats": 3})
    place.asked(survey, 10, person=dane)
    place.asked(survey, 0, person=place.person(attributes={"country": "SE"}))
    place.asked(after, 9, attributes={"store": "north"}, touchpoint="delivery")

    assert place.measured("nps") == {(None,): (0.0, 2), ("delivery",): (100.0, 1)}
    assert place.measured("nps", by="country") == {
        (None, "DK"): (100.0, 1), (None, "SE"): (-100.0, 1), ("delivery", None): (100.0, 1),
    }  # fmt: skip
    assert place.measured("nps", by="store")["delivery", "north"] == (100.0, 1)


def test_quarantined_answers_count_once_they_are_released(place: Place, member: Any) -> None:
    survey = place.survey()
    place.asked(survey, 10)
    doubtful = place.asked(survey, 0, evidence=MACHINE)
    assert doubtful.quarantined
    assert place.measured("nps") == {(None,): (100.0, 1)}
    assert left_out() == {"quarantined": 1, "test": 0}

    release(doubtful, member("analyst"))
    assert place.measured("nps") == {(None,): (0.0, 2)}
    quarantine(doubtful, member("manager"))
    assert place.measured("nps") == {(None,): (100.0, 1)}


def test_a_changed_answer_takes_the_place_of_the_first(place: Place) -> None:
    survey = place.survey()
    invitation = place.invited(survey)
    place.answered(survey, 2, invitation=invitation)
    assert place.measured("nps") == {(None,): (-100.0, 1)}

    place.answered(survey, 9, invitation=invitation, at=AT + 40 * HOUR)
    assert place.measured("nps") == {(None,): (100.0, 1)}


def test_a_machines_answer_that_a_person_made_good_counts_in_the_persons_month(
    place: Place,
) -> None:
    survey = place.survey()
    invitation = place.invited(survey)
    place.answered(survey, 2, invitation=invitation, evidence=MACHINE)
    place.answered(survey, 9, invitation=invitation, at=AT + timedelta(days=31))
    place.refresh()
    cells = place.command("measure", "nps", "--every", "month")["cells"]
    assert [(cell["since"], cell["n"]) for cell in cells if cell["n"]] == [("2026-11-01", 1)]


def test_recovery_stands_beside_the_score(place: Place, member: Any) -> None:
    survey = place.survey()
    invitation = place.invited(survey)
    contacted(place.answered(survey, 2, invitation=invitation), member("manager"))
    place.answered(survey, 10, invitation=invitation, at=AT + 40 * HOUR)

    assert place.measured("nps") == {(None,): (-100.0, 1)}
    assert [(row["score"], row["recovery"]) for row in place.rows()] == [(2.0, 10.0)]


def test_tests_are_left_out_and_partial_answers_are_not(place: Place) -> None:
    survey = place.survey(**FULL)
    place.asked(survey, 10, test=True)
    place.asked(survey, 9, courier="")
    assert Response.objects.get(test=False).state == "partial"
    assert place.measured("nps") == {(None,): (100.0, 1)}
    assert left_out() == {"quarantined": 0, "test": 1}


def test_each_question_is_a_row_with_its_type_and_scale(place: Place) -> None:
    survey = place.survey(**FULL)
    given = {"why": "Late", "courier": "rude", "rude_how": "Hm", "wait": "2.5"}
    place.asked(survey, 3, **given, goods=["tea", "cups"], packing="4")

    told = ("question", "question_type", "score", "answer", "scale", "comment")
    found = [tuple(row[name] for name in told) for row in place.rows()]
    assert sorted(found) == [
        ("after-delivery", "nps", 3.0, None, "0-10", "Late"),
        ("courier", "choice", None, "rude", None, None),
        ("goods", "choice", None, "tea, cups", None, None),
        ("packing", "csat", 4.0, None, "1-5", None),
        ("rude_how", "text", None, "Hm", None, None),
        ("wait", "number", 2.5, None, None, None),
    ]
    assert len({(row["response_id"], row["customer_id"]) for row in place.rows()}) == 1
    assert place.measured("csat") == {(None,): (100.0, 1)}
    assert place.measured("comment_share") == {(None,): (100.0, 1)}


def test_a_question_that_bears_the_surveys_name_is_another(place: Place) -> None:
    rating = {"name": "order", "kind": "rating", "texts": {"en": {"question": "And it?"}}}
    survey = place.survey("order", further=[rating])
    place.asked(survey, 10, order="2")
    assert sorted(row["question"] for row in place.rows()) == ["order", "order.order"]


def test_who_answered_is_known_as_the_customer(place: Place) -> None:
    survey = place.survey()
    known = place.person(account="Initech")
    unknown = place.person(external_id=None, email="u@example.com")
    place.asked(survey, 10, person=known)
    place.asked(survey, 9, person=unknown)
    place.answered(survey, 8)

    found = {row["score"]: (row["customer_id"], row["account_id"]) for row in place.rows()}
    assert found == {
        10.0: (known.external_id, "Initech"), 9.0: (f"person:{unknown.key}", None), 8.0: (None, None)
    }  # fmt: skip
    people = {row["customer_id"] for row in place.rows("people")} - {known.external_id}
    assert people <= {f"person:{unknown.key}"}


def test_an_anonymous_answer_has_its_day_and_nothing_of_its_giver(place: Place) -> None:
    person = place.person(attributes={"country": "DK"})
    survey = place.survey(anonymous=True)
    # Copenhagen is already in November.
    late = datetime(2026, 10, 31, 23, 47, 11, tzinfo=UTC)
    place.asked(survey, 10, person=person, attributes={"store": "north"}, at=late)

    (row,) = place.rows()
    assert row["answered_at"].astimezone(UTC) == datetime(2026, 11, 1, 11, tzinfo=UTC)
    assert (row["customer_id"], row["account_id"]) == (None, None)
    assert not {"country", "store"} & row.keys()
    assert str(person.key) not in str(row)
    assert row["day"].isoformat() == "2026-11-01"


def test_how_it_was_asked_stands_with_it(place: Place) -> None:
    survey = place.survey(touchpoint="desk")
    work = place.survey("work", type="enps")
    invitation = place.invited(survey, channel="email", touchpoint="", locale="da")
    invitation.program = Program.objects.create(
        name="after-a-call", title="A", survey=survey, kind="transactional", document={}
    )
    invitation.save()
    place.answered(survey, 9, invitation=invitation)
    place.answered(survey, 1)
    place.answered(work, 5)

    told = ("program", "kind", "touchpoint", "audience")
    assert {row["score"]: tuple(row[name] for name in told) for row in place.rows()} == {
        9.0: ("after-a-call", "transactional", None, "customer"),
        1.0: (None, "transactional", "desk", "customer"),
        5.0: (None, "relationship", None, "employee"),
    }


def test_attributes_of_any_name_and_kind_are_kept(place: Place) -> None:
    strange = {
        "channel": "tv", "Score": "high", "vip": True, "seats": 3.0, "tags": ["a", "b"],
        "the shop": "n", "none": None, "=1+1": "x", "deep": {"b": 1},
    }  # fmt: skip
    place.asked(place.survey(), 10, attributes=strange)
    (row,) = place.rows()
    wanted = {
        "channel_2": "tv", "Score_2": "high", "vip": "true", "seats": "3", "tags_2": "a, b",
        "the_shop": "n", "attribute_1_1": "x", "deep": '{"b": 1}', "channel": "email",
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert "none" not in row


def test_check_accounts_for_every_answer(place: Place) -> None:
    survey = place.survey()
    for score in (10, 9, 2):
        place.asked(survey, score)
    place.refresh()
    sources = {each["source"]: each for each in place.command("check")["sources"]}
    assert (sources["answers"]["records"], sources["answers"]["rows"]) == (3, 3)


def test_the_companys_zone_decides_on_the_day(place: Place) -> None:
    Company.objects.update(time_zone="Pacific/Auckland")
    survey = place.survey(anonymous=True)
    place.answered(survey, 9, at=datetime(2026, 11, 14, 23, tzinfo=UTC))
    (row,) = place.rows()
    assert Response.objects.get().day.isoformat() == "2026-11-15"
    assert row["day"].isoformat() == "2026-11-15"
