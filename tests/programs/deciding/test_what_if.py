"""What a change would do, against what then happens when the week is lived through."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.claim import claim
from milepost.programs.deciding.person import Asking
from milepost.programs.deciding.segments import Condition, Segment
from milepost.programs.deciding.what_if import Outlook, WhatIf, what_if
from tests.programs.deciding.people import CALL, NOW, RELATION, ZONE, asked, called, person

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def crowd(size: int = 400):
    for key in range(size):
        attributes = {"country": "DK" if key % 3 else "SE"}
        events = [called(key % 60, id=key)] if key % 4 == 0 else []
        askings = (asked(key % 100),) if key % 5 else ()
        yield person(id=key, attributes=attributes, askings=askings), events


def outlook(programs, *, now=NOW):
    return what_if(programs, programs, crowd(), budget=Budget(), now=now, zone=ZONE).proposed


def lived(programs):
    """The same week, a round a night, with what was asked remembered."""
    crowds = list(crowd())
    askings, by_day = {c.id: c.askings for c, _ in crowds}, Counter()
    by_name = {program.name: program for program in programs}
    for night in range(7):
        now = MIDNIGHT + night * DAY
        people = [(replace(c, askings=askings[c.id]), events) for c, events in crowds]
        planned = Counter(by_day)
        for decision in claim(
            programs, lambda _, people=people: people, budget=Budget(), now=now, zone=ZONE,
            planned=planned,
        ):  # fmt: skip
            if decision.asked:
                program = by_name[decision.program]
                askings[decision.person] += (
                    Asking(decision.at, program.name, program.survey_type, "email", decision.event),
                )
                by_day[program.name, decision.at.astimezone(ZONE).date()] += 1
    return by_day


@pytest.mark.parametrize(
    "programs",
    [
        [RELATION],
        [CALL],
        [RELATION, CALL],
        [replace(RELATION, daily_cap=7)],
        [replace(CALL, daily_cap=9)],
    ],
)
def test_the_outlook_is_what_then_happens(programs):
    days = Counter()
    for (_, day), count in lived(programs).items():
        days[day] += count
    seen = outlook(programs, now=MIDNIGHT)
    assert seen.asked > 20
    assert {day: count for day, count in seen.by_day.items() if count} == days


def test_a_daily_cap_moves_askings_on_and_tells_what_is_left():
    capped = replace(CALL, daily_cap=2)
    found = what_if([CALL], [capped], crowd(), budget=Budget(), now=NOW, zone=ZONE)
    assert found.current.asked > 14
    assert found.proposed.asked == 14
    assert set(found.proposed.by_day.values()) == {2}
    assert found.proposed.reasons["cap"] == found.current.asked - 14
    assert found.proposed.asked + found.proposed.reasons["cap"] == found.current.asked


def test_every_person_is_counted_once_under_each():
    danes = replace(RELATION, segment=Segment("all", (Condition("country", "equals", "DK"),)))
    found = what_if([RELATION], [danes], crowd(), budget=Budget(), now=NOW, zone=ZONE)
    for side in (found.current, found.proposed):
        assert side.asked + sum(side.reasons.values()) == 400
    swedes = sum(c.attributes["country"] == "SE" for c, _ in crowd())
    assert found.proposed.reasons["outside_segment"] == swedes
    assert found.change < 0
    assert list(found.current.by_day) == [date(2026, 11, 23) + n * DAY for n in range(7)]


def test_what_one_program_gives_up_another_takes():
    paused = [replace(CALL, active=False), RELATION]
    found = what_if([CALL, RELATION], paused, crowd(), budget=Budget(), now=NOW, zone=ZONE)
    alone = what_if([RELATION], [RELATION], crowd(), budget=Budget(), now=NOW, zone=ZONE)
    assert found.proposed.by_day == alone.current.by_day
    assert found.proposed.reasons["program_paused"] > 0


def test_people_are_read_one_by_one():
    alive = Counter()

    class Watched:
        def __init__(self) -> None:
            alive["now"] += 1
            alive["most"] = max(alive["most"], alive["now"])

        def __del__(self) -> None:
            alive["now"] -= 1

    people = ((person(id=n, attributes={"watched": Watched()}), ()) for n in range(500))
    what_if([RELATION], [CALL], people, budget=Budget(), now=NOW, zone=ZONE)
    assert alive["most"] <= 3


@pytest.mark.parametrize(
    ("was", "would", "words"),
    [
        (500, 412, "this would ask 412 people in the next 7 days, 88 fewer than now"),
        (1, 1, "this would ask 1 person in the next 7 days, as many as now"),
        (0, 12_345, "this would ask 12,345 people in the next 7 days, 12,345 more than now"),
    ],
)
def test_the_sentence(was, would, words):
    day = date(2026, 11, 23)
    assert WhatIf(7, Outlook({day: was}, {}), Outlook({day: would}, {})).words == words
