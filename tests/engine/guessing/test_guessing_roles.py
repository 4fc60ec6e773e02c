"""What the other columns are for, and what the whole file is."""

from __future__ import annotations

import pytest

N = 40
NPS = [str(n % 11) for n in range(N)]
DAYS = [f"2024-03-{1 + n % 28:02}" for n in range(N)]
PROSE = [f"The parcel number {n} arrived far too late" for n in range(N)]


def test_every_role_is_found(guessed):
    found = guessed({
        "Response ID": list(range(N)),
        "Customer ID": [n // 2 for n in range(N)],
        "Date": DAYS,
        "Weight": [0.8, 1.2] * (N // 2),
        "NPS": NPS,
        "Comment": PROSE,
        "Country": ["DK", "SE"] * (N // 2),
        "Channel": ["mail", "sms"] * (N // 2),
        "Language": [1, 2] * (N // 2),
    })  # fmt: skip
    assert found.columns == {
        "response_id": "Response ID", "customer_id": "Customer ID", "answered_at": "Date",
        "weight": "Weight", "comment": "Comment", "channel": "Channel",
    }  # fmt: skip
    assert [(a.name, a.codes) for a in found.attributes] == [
        ("country", ()), ("language", ("1", "2")),
    ]  # fmt: skip
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("id", [1, 1, *range(2, N)], "response_id"),  # a repeat
        ("weight", [70, 80] * (N // 2), "weight"),  # of people, not of answers
        ("weight", [0.5, None] * (N // 2), "weight"),  # an answer without a weight would be lost
        ("birthday", DAYS, "answered_at"),
        ("reason", ["ok"] * N, "comment"),
    ],
)
def test_what_looks_alike_and_is_not(guessed, name, cells, role):
    assert role not in guessed({"NPS": NPS, name: cells}).columns


def test_the_date_of_the_answer_comes_before_other_dates(guessed):
    found = guessed({"sent_at": DAYS, "responded_at": DAYS, "NPS": NPS})
    assert found.columns["answered_at"] == "responded_at"
    assert "more dates: sent_at" in found.remarks


def test_without_a_date_the_files_day_serves_and_is_told(guessed):
    found = guessed({"NPS": NPS}, stem="nps-2024-03")
    assert (str(found.dated), found.doubts[0].key) == ("2024-03-01", "dated")
    assert str(guessed({"NPS": NPS}).dated) == "2026-11-01"


def test_an_attribute_never_takes_a_name_of_the_fact(guessed):
    found = guessed({"NPS": NPS, "Kind": ["a", "b"] * (N // 2), "day": ["Mon", "Tue"] * (N // 2)})
    assert [a.name for a in found.attributes] == ["kind_given", "day_given"]


def test_a_touchpoint_column_makes_the_journey(guessed):
    found = guessed({"Touchpoint": ["Web shop", "Support"] * (N // 2), "NPS": NPS})
    assert found.columns["touchpoint"] == "Touchpoint"
    assert [(stop.name, stop.title) for stop in found.stops] == [
        ("support", "Support"), ("web_shop", "Web shop"),
    ]  # fmt: skip


def test_a_column_that_may_be_touchpoints_is_asked_about(guessed):
    columns = {"Survey type": ["Order", "Service"] * (N // 2), "NPS": NPS}
    found = guessed(columns)
    assert "touchpoint" not in found.columns
    assert found.doubts[-1].key == "stages: Survey type"
    sure = guessed(columns, **{"stages: Survey type": "yes"})
    assert sure.columns["touchpoint"] == "Survey type"
    assert guessed(columns, **{"stages: Survey type": "no"}).doubts == found.doubts[:-1]


def test_questions_of_one_type_never_share_a_place(guessed):
    five = [str(1 + n % 5) for n in range(N)]
    found = guessed({"delivery_csat": five, "overall_csat": five, "price_csat": five})
    assert [q.touchpoint for q in found.questions] == ["delivery", None, "price"]


def test_items_of_one_block_share_it(guessed):
    five = [str(1 + n % 5) for n in range(N)]
    found = guessed({"csat1": five, "csat2": five, "csat3": five})
    assert [q.touchpoint for q in found.questions] == [None, None, None]


def test_neighbours_on_one_scale_are_offered_as_ratings(guessed):
    five = [str(1 + n % 5) for n in range(N)]
    columns = {"NPS": NPS, "food": [*five[1:], "0"], "seat": five, "crew": five, "age": five}
    found = guessed(columns)
    open_ones = [q for q in found.questions if q.open]
    assert [q.column for q in open_ones] == ["food", "seat", "crew", "age"]
    assert open_ones[0].missing == ("0",)
    low = guessed(columns, **{open_ones[0].key: "low"})
    assert [(q.type, q.good) for q in low.questions[1:]] == [("csat", "low")] * 4


@pytest.mark.parametrize(
    ("columns", "fact"),
    [
        (
            {"Ticket #": list(range(N)), "Date": DAYS, "Status": ["open", "closed"] * (N // 2)},
            "tickets",
        ),
        ({"order_id": list(range(N)), "ordered": DAYS, "amount": list(range(N))}, "orders"),
        ({"call id": list(range(N)), "Date": DAYS, "Agent": ["Jim", "Ann"] * (N // 2)}, "contacts"),
    ],
)
def test_files_that_are_no_surveys(guessed, columns, fact):
    found = guessed(columns)
    assert found.fact == fact
    assert "check every line" in found.doubts[0].text


def test_nothing_is_made_of_nothing(guessed):
    found = guessed({"a": list(range(N)), "b": [n * 7.5 for n in range(N)]})
    assert found.empty
    assert [doubt.key for doubt in found.doubts] == ["questions"]


def test_employees_are_recognised_by_their_file(guessed):
    words = ["Low", "Medium", "High", "Very_High"] * (N // 4)
    found = guessed({"JobRole": ["a", "b"] * (N // 2), "OverTime": ["Yes", "No"] * (N // 2),
                     "JobSatisfaction": words})  # fmt: skip
    assert found.employees
    assert [q.type for q in found.questions] == ["esat"]


def test_moments_written_in_three_parts_are_no_comments(guessed):
    zips = [f"01/01/{1742 + n} 12:00:00 AM" for n in range(N)]
    found = guessed({"NPS": NPS, "Date": DAYS, "Q18ZIP": zips})
    assert "comment" not in found.columns


@pytest.mark.parametrize("name", ["Kommentar", "why", "What could we improve?", "Verbatim"])
def test_a_name_that_only_comments_bear_suffices(guessed, name):
    found = guessed({"NPS": NPS, name: ["Too slow", "Fine, thanks"] * (N // 2)})
    assert (found.columns["comment"], found.attributes) == (name, ())


@pytest.mark.parametrize(
    "texts", [["price, speed", "price"], ["one\ntwo", "three"], ["x" * 41, "y" * 45]]
)
def test_sentences_and_lists_are_no_segment(guessed, texts):
    found = guessed({"NPS": NPS, "about": texts * (N // 2)})
    assert (found.attributes, found.unused) == ((), ("about",))


def test_a_role_that_is_not_certain_is_a_decision(guessed):
    columns = {"NPS": NPS, "Kundenr": [n // 2 for n in range(N)], "Vægt": [1, 30] * (N // 2),
               "junk": [n * 1.5 for n in range(N)]}  # fmt: skip
    found = guessed(columns)
    assert found.maybe == {"customer_id": "Kundenr", "weight": "Vægt"}
    assert found.unused == ("junk",)
    settled = guessed(columns, **{"customer_id: Kundenr": "yes", "weight: Vægt": "no"})
    assert (settled.columns, settled.maybe) == ({"customer_id": "Kundenr"}, {})
    assert settled.unused == ("Vægt", "junk")


def test_a_doubled_export_keeps_its_identifier(guessed):
    found = guessed({"id": [*range(N), *range(N)], "NPS": NPS * 2})
    assert found.columns == {"response_id": "id"}
    assert f"{N} ids repeat" in next(d.text for d in found.doubts if d.key == "repeats")


def test_ids_that_repeat_with_other_answers_are_no_identifier(guessed):
    found = guessed({"id": [*range(N), *range(N)], "NPS": [*NPS, *NPS[::-1]]})
    assert (found.columns, found.maybe) == ({}, {"customer_id": "id"})
    assert "ids repeat, with other values" in next(
        d.text for d in found.doubts if d.key == "repeats"
    )
