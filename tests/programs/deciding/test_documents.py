"""Documents: what is written is read back, and all mistakes are told at once, each on a line."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.documents import as_data, budget_as_data, parse, parse_budget
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.hours import Hours, Window
from milepost.programs.deciding.program import After, Every, HoldRule, Program, Recency
from milepost.programs.deciding.segments import Condition, Segment

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=200).filter(str.strip)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9)
SCALARS = NUMBERS | st.booleans() | st.text(min_size=1, max_size=200)
CONDITIONS = st.one_of(
    st.builds(Condition, TEXTS, st.sampled_from(["equals", "not"]), SCALARS),
    st.builds(
        Condition, TEXTS, st.just("one_of"), st.lists(SCALARS, min_size=1, max_size=4).map(tuple)
    ),
    st.builds(Condition, TEXTS, st.sampled_from(["greater", "less"]), NUMBERS),
    st.builds(Condition, TEXTS, st.just("present"), st.booleans()),
)
HOURS = st.builds(
    Hours,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, 700), st.integers(701, 1440),
)  # fmt: skip
WHEN = st.one_of(
    st.builds(Every, st.integers(7, 3650), st.dates(date(2000, 1, 1)), st.integers(0, 90)),
    st.builds(After, TEXTS, st.integers(0, 500_000).map(lambda n: timedelta(minutes=n))),
)
PROGRAMS = st.builds(
    Program,
    name=NAMES, survey=NAMES, survey_type=NAMES, when=WHEN,
    channels=st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    touchpoint=st.none() | NAMES, active=st.booleans(), priority=st.integers(0, 1000),
    sample=st.floats(0, 1, exclude_min=True),
    segment=st.none() | st.builds(
        Segment, st.sampled_from(["all", "any"]),
        st.lists(CONDITIONS, min_size=1, max_size=4).map(tuple),
    ),
    recency=st.none() | st.builds(Recency, st.integers(1, 3650), st.sampled_from(["only", "first"])),
    daily_cap=st.none() | st.integers(1, 10**9),
    window=st.none() | st.builds(Window, st.lists(HOURS, min_size=1, max_size=3).map(tuple)),
    skip_event_channel=st.booleans(),
    holds=st.lists(st.builds(HoldRule, TEXTS, TEXTS, st.integers(0, 3650)), max_size=3).map(tuple),
    reminder_days=st.none() | st.integers(1, 90),
)  # fmt: skip
BUDGETS = st.builds(
    Budget,
    st.integers(0, 3650),
    st.dictionaries(TEXTS, st.integers(0, 3650), max_size=3),
    st.none() | st.builds(AccountLimit, st.integers(1, 1000), st.integers(1, 3650)),
)


@given(PROGRAMS)
def test_a_program_survives_its_document(program):
    assert parse(json.loads(json.dumps(as_data(program)))) == program


@given(BUDGETS)
def test_a_budget_survives_its_document(budget):
    assert parse_budget(json.loads(json.dumps(budget_as_data(budget)))) == budget


LEAST = {
    "name": "after_call", "kind": "transactional", "survey": "call_csat", "survey_type": "csat",
    "channels": ["email"], "event": "call_ended",
}  # fmt: skip


def test_the_least_document_has_the_usual_rest():
    program = parse(LEAST)
    assert program == Program(
        "after_call", "call_csat", "csat", After("call_ended", timedelta()), ("email",)
    )
    assert program.reminder_days == 7
    assert parse({**LEAST, "reminder_days": None}).reminder_days is None
    assert parse_budget({}) == Budget(30)


def mistakes(**changes):
    with pytest.raises(ProgramError) as caught:
        parse({**LEAST, **changes})
    assert str(caught.value).splitlines() == list(caught.value.mistakes)
    return list(caught.value.mistakes)


FOUND = """\
'evnt' is not a field; did you mean 'event'?
survey: expected a name such as after_call (a-z, 0-9, _ and -, at most 64), found nothing
channels: expected different names, best first, such as ['email'], found ['email', 'email']
active: expected true or false, found 'yes'
sample: expected a share above 0 and at most 1, such as 0.25, found 2
segment: all[0]: 'is_greater_than' is not a field; did you mean 'greater'?
segment: all[0]: attribute: expected a text of 1 to 200 characters, found ''
segment: all[0]: expected one comparison (equals, not, one_of, greater, less, present), found nothing
segment: all[1]: attribute: expected a text of 1 to 200 characters, found nothing
segment: all[1]: expected one comparison (equals, not, one_of, greater, less, present), found ['equals', 'not']
recency: rule: expected one of only, first, found 'maybe'
window[0]: days: expected weekdays (monday, tuesday, wednesday, thursday, friday, saturday, sunday), found ['funday']
window[0]: from: expected a time from 00:00 to 24:00, such as 09:30, found '9:00'
window[0]: to: expected a time from 00:00 to 24:00, such as 09:30, found '25:00'
window[1]: expected an object, found 5
window[1]: days: expected weekdays (monday, tuesday, wednesday, thursday, friday, saturday, sunday), found nothing
window[1]: from: expected a time from 00:00 to 24:00, such as 09:30, found nothing
window[1]: to: expected a time from 00:00 to 24:00, such as 09:30, found nothing
holds[0]: days: expected a whole number from 0 to 3,650, found -1
holds[0]: release: expected a text of 1 to 200 characters, found nothing
reminder_days: expected a whole number from 1 to 90, found 0
"""


def test_all_mistakes_come_at_once():
    found = mistakes(
        survey=None, evnt="x", sample=2, active="yes", reminder_days=0, channels=["email", "email"],
        window=[{"days": ["monday", "funday"], "from": "9:00", "to": "25:00"}, 5],
        segment={"all": [{"attribute": "", "is_greater_than": "1; drop"}, {"equals": "a", "not": "b"}]},
        holds=[{"event": "a", "days": -1}], recency={"days": 30, "rule": "maybe"},
    )  # fmt: skip
    assert found == [f"after_call: {line}" for line in FOUND.splitlines()]


def test_a_kind_keeps_to_its_own_fields():
    assert mistakes(every_days=90) == [
        "after_call: 'every_days' is not a field; did you mean 'reminder_days'?"
    ]
    assert mistakes(kind="weekly") == [
        "after_call: kind: expected one of relationship, transactional, found 'weekly'"
    ]


def test_names_that_nothing_bears_are_told_with_the_nearest():
    known = {"survey": ["call_csat"], "channels": ["email", "sms"], "touchpoint": ["support"]}
    assert parse(LEAST, known=known).touchpoint is None
    with pytest.raises(ProgramError, match="unknown") as caught:
        parse(
            {**LEAST, "survey": "call_csta", "channels": ["mail"], "touchpoint": "x"}, known=known
        )
    assert caught.value.mistakes == (
        "after_call: survey: 'call_csta' is unknown; did you mean 'call_csat'?",
        "after_call: channels: 'mail' is unknown; did you mean 'email'?",
        "after_call: touchpoint: 'x' is unknown; known: support",
    )


def test_a_name_that_is_missing_is_not_unknown_as_well():
    with pytest.raises(ProgramError) as caught:
        parse({**LEAST, "survey": None}, known={"survey": ["call_csat"]})
    assert len(caught.value.mistakes) == 1


def test_mistakes_of_a_budget():
    with pytest.raises(ProgramError) as caught:
        parse_budget({"days": -1, "by_type": {"nps": "90"}, "account": {"askings": 0}})
    assert len(caught.value.mistakes) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    JSON
    | st.dictionaries(st.sampled_from([*as_data(parse(LEAST)), "every_days", "starts_on"]), JSON)
)
def test_no_document_is_answered_by_a_traceback(data):
    for whole in (data, {**LEAST, **data} if isinstance(data, dict) else data):
        for read in (parse, parse_budget):
            for line in told(read, whole):
                assert line
                assert "\n" not in line


def told(read, data):
    try:
        read(data)
    except ProgramError as error:
        return error.mistakes or [""]
    return []
