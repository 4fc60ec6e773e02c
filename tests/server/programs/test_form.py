"""The form of a program: what is typed becomes a rule, what is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.programs.deciding.documents import as_data, parse
from milepost.programs.deciding.program import Program as Rule
from milepost.server.forms.program_sheet import Sheet, initial_of
from milepost.server.models import Audit, Company, Invitation, Program, Survey
from milepost.server.queries.rules import program_of
from tests.server.programs.conftest import HOSTILE, MakeProgram, Publish, after, people, rule

pytestmark = pytest.mark.django_db

_TEXT = st.text("abcæ東", min_size=1, max_size=8)
_DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CONDITIONS = st.one_of(
    st.fixed_dictionaries({"attribute": _TEXT, "equals": _TEXT}),
    st.fixed_dictionaries({"attribute": _TEXT, "greater": st.integers(-99, 99)}),
    st.fixed_dictionaries({"attribute": _TEXT, "present": st.booleans()}),
    st.fixed_dictionaries(
        {"attribute": _TEXT, "one_of": st.lists(_TEXT, min_size=1, max_size=3, unique=True)}
    ),
)
_SHARED = {
    "touchpoint": st.none() | st.just("delivery"),
    "priority": st.integers(0, 1000),
    "sample": st.integers(1, 100).map(lambda each: each / 100),
    "segment": st.none()
    | st.builds(
        lambda join, found: {join: found},
        st.sampled_from(["all", "any"]),
        st.lists(_CONDITIONS, min_size=1, max_size=3),
    ),
    "recency": st.none()
    | st.fixed_dictionaries(
        {"days": st.integers(1, 3650), "rule": st.sampled_from(["only", "first"])}
    ),
    "daily_cap": st.none() | st.integers(1, 10**6),
    "window": st.lists(
        st.fixed_dictionaries(
            {
                "days": st.lists(st.sampled_from(_DAY_NAMES), min_size=1, unique=True),
                "from": st.sampled_from(["00:00", "08:30"]),
                "to": st.sampled_from(["11:00", "24:00"]),
            }
        ),
        min_size=1,
        max_size=3,
    ),
    "holds": st.lists(
        st.fixed_dictionaries({"event": _TEXT, "release": _TEXT, "days": st.integers(0, 30)}),
        max_size=3,
    ),
    "reminder_days": st.none() | st.integers(1, 90),
}
RULES = st.one_of(
    st.builds(
        lambda shared, own: parse(rule(**shared, **own)),
        st.fixed_dictionaries(_SHARED),
        st.fixed_dictionaries(
            {
                "every_days": st.integers(7, 3650),
                "newcomer_days": st.integers(0, 3650),
                "starts_on": st.dates(date(2020, 1, 1), date(2040, 1, 1)).map(str),
            }
        ),
    ),
    st.builds(
        lambda shared, own: parse(after(**shared, **own)),
        st.fixed_dictionaries(_SHARED),
        st.fixed_dictionaries(
            {"after_minutes": st.integers(0, 9000), "skip_event_channel": st.booleans()}
        ),
    ),
)


def posted(found: Rule, title: str = "Care", **changed: Any) -> dict[str, Any]:
    """A rule as a browser sends its form."""
    fields, rows = initial_of(found, title)
    form = {
        name: value for name, value in fields.items() if value is not None and value is not False
    }
    form = {name: "on" if value is True else value for name, value in form.items()}
    for kind, many in rows.items():
        for number, row in enumerate(many):
            form |= {f"{kind}-{number}-{name}": value for name, value in row.items()}
    return {**form, "do": "save", **changed}


def _querydict(data: dict[str, Any]) -> Any:
    from django.http import QueryDict

    found = QueryDict(mutable=True)
    for name, value in data.items():
        found.setlist(name, list(map(str, value)) if isinstance(value, list) else [str(value)])
    return found


@settings(max_examples=40)
@given(found=RULES)
def test_every_rule_goes_through_the_form_unchanged(found: Rule) -> None:
    survey = Survey(name="nps", title="S", document={"type": "nps"})
    sheet = Sheet(_querydict(posted(found)), kind=found.kind, surveys=[survey])
    assert sheet.is_valid(found.name), [each.errors for each in sheet._forms()]
    assert as_data(sheet.program or found) == as_data(found)


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


def _saved(client: Client, kind: str, data: dict[str, Any]) -> Any:
    return client.post(f"/programs/new/{kind}", data)


def test_both_starting_points_are_saved_as_they_are(client: Client, survey: Survey) -> None:
    for kind in ("relationship", "transactional"):
        shown = client.get(f"/programs/new/{kind}").context["sheet"]
        found = _saved(client, kind, posted(_rule_of(shown), title=kind, survey=survey.name))
        assert found.status_code == 302, found.context["sheet"].form.errors
    relationship, transactional = Program.objects.order_by("kind")
    assert program_of(relationship).open_hours.weekdays == (0, 1, 2)
    assert relationship.document["every_days"] == 90
    assert relationship.document["starts_on"] == clock.today(Company.load().time_zone).isoformat()
    assert not relationship.active
    assert transactional.document["after_minutes"] == 60


def _rule_of(sheet: Sheet) -> Rule:
    initial, rows = sheet.form.initial, sheet.rows
    document = rule() if sheet.kind == "relationship" else after(initial["event"])
    hours = rows["hours"][0].initial
    window = [{"days": hours["days"], "from": hours["opens"], "to": hours["closes"]}]
    own = {"starts_on": str(initial["starts_on"])} if "starts_on" in initial else {}
    return parse({**document, "window": window, **own})


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"every_days": "3"}, "every_days", "from 7 to 3,650"),
    ({"every_days": "often"}, "every_days", "whole number"),
    ({"starts_on": "yesterday"}, "starts_on", "valid date"),
    ({"newcomer_days": "-1"}, "newcomer_days", "from 0"),
    ({"priority": "1001"}, "priority", "from 0 to 1,000"),
    ({"sample": "0"}, "sample", "0.01"),
    ({"daily_cap": "0"}, "daily_cap", "from 1"),
    ({"reminder_days": "91"}, "reminder_days", "from 1 to 90"),
    ({"recency_rule": "only"}, "recency_days", "whole number"),
    ({"touchpoint": "No Such!"}, "touchpoint", "expected a name"),
    ({"channels": []}, "channels", "Choose one"),
    ({"channels": ["pigeon"]}, "channels", "valid choice"),
    ({"survey": ""}, "survey", "Choose what to ask"),
    ({"survey": "other"}, "survey", "valid choice"),
    ({"title": ""}, "title", "required"),
    ({"hours-0-opens": "25:00"}, "hours-0-opens", "00:00 to 24:00"),
    ({"hours-0-closes": "07:00"}, "hours-0-closes", "after &#x27;from&#x27;"),
    ({"hours-0-days": []}, "hours-0-days", "Choose one"),
    ({"condition-0-attribute": "a", "condition-0-operator": "greater", "condition-0-value": "x"},
     "condition-0-value", "Expected a number"),
    ({"condition-0-attribute": "a", "condition-0-operator": "present", "condition-0-value": "x"},
     "condition-0-value", "true or false"),
    ({"condition-0-attribute": "", "condition-0-operator": "equals", "condition-0-value": "x"},
     "condition-0-attribute", "required"),
    ({"hold-0-event": "", "hold-0-release": "b", "hold-0-days": "1"}, "hold-0-event", "required"),
    ({"hold-0-event": "a", "hold-0-release": "b", "hold-0-days": "-1"}, "hold-0-days", "from 0"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "name", "said"), WRONG)
def test_a_mistake_stands_beside_its_field_and_nothing_is_saved(
    client: Client, survey: Survey, typed: dict[str, Any], name: str, said: str
) -> None:
    answer = _saved(client, "relationship", posted(parse(rule()), **typed))
    page = answer.content.decode()
    assert answer.status_code == 200
    beside = page.split(f'id="id_{name}_error"')[1].split("</ul>")[0]
    assert said.lower() in beside.lower()
    assert page.count('<ul class="wrong"') == 1
    assert not Program.objects.exists()


def test_all_mistakes_come_at_once(client: Client, survey: Survey) -> None:
    typed = {"every_days": "3", "priority": "-1", "hours-0-opens": "x", "title": ""}
    page = _saved(client, "relationship", posted(parse(rule()), **typed)).content.decode()
    for name in ("every_days", "priority", "hours-0-opens", "title"):
        assert f'id="id_{name}_error"' in page


def test_buttons_add_and_remove_rows_and_keep_what_was_typed(
    client: Client, survey: Survey
) -> None:
    data = posted(parse(rule()), title=HOSTILE, every_days="3", do="add:condition")
    sheet = _saved(client, "relationship", data).context["sheet"]
    assert len(sheet.rows["condition"]) == 1
    assert sheet.form["every_days"].value() == "3"
    assert sheet.form["title"].value() == HOSTILE
    assert sheet.rows["hours"][0]["days"].value() == ["monday", "tuesday", "wednesday"]
    for number in range(3):
        data |= {f"hold-{number}-event": f"e{number}", f"hold-{number}-release": "r"}
    sheet = _saved(client, "relationship", data | {"do": "remove:hold:1"}).context["sheet"]
    assert [row["event"].value() for row in sheet.rows["hold"]] == ["e0", "e2"]
    assert not Program.objects.exists()


@pytest.mark.parametrize("do", ["add:nothing", "remove:hold:x", "remove:hold:99", "add:", "remove"])
def test_buttons_that_are_not_there_change_nothing(client: Client, survey: Survey, do: str) -> None:
    answer = _saved(client, "relationship", posted(parse(rule()), do=do))
    assert answer.status_code == 200
    assert not Program.objects.exists()


def test_the_later_of_two_editors_is_told(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey)
    seen = client.get("/programs/care/edit").context["seen"]
    first = posted(program_of(program), seen=seen, every_days="60")
    second = posted(program_of(program), seen=seen, every_days="120", priority="7")
    assert client.post("/programs/care/edit", first).status_code == 302
    told = client.post("/programs/care/edit", second)
    page = told.content.decode()
    assert told.status_code == 409
    assert "theirs differs in: priority, every days" in page
    program.refresh_from_db()
    assert program.document["every_days"] == 60
    again = client.post("/programs/care/edit", second | {"seen": told.context["seen"]})
    assert again.status_code == 302
    program.refresh_from_db()
    assert (program.document["every_days"], program.document["priority"]) == (120, 7)


def test_saving_decides_anew_and_leaves_a_claim_alone(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey, claimed_by="w", claimed_at=clock.now())
    data = posted(program_of(program), seen=client.get("/programs/care/edit").context["seen"])
    client.post("/programs/care/edit", data)
    program.refresh_from_db()
    assert program.claimed_by == "w"
    assert program.decide_at is not None
    assert program.decide_at <= clock.now()
    assert Audit.objects.get(verb="change_program").object_id == str(program.pk)


def test_what_if_says_what_the_change_would_do_and_writes_nothing(
    client: Client, survey: Survey
) -> None:
    people(40, created_at=clock.now() - timedelta(days=30))
    data = posted(parse(rule()), do="what_if")
    data |= {"hours-0-days": _DAY_NAMES, "hours-0-opens": "00:00", "hours-0-closes": "24:00"}
    page = _saved(client, "relationship", data | {"every_days": "7"}).content.decode()
    assert "This would ask 40 people in the next 7 days, 40 more than now." in page
    fewer = _saved(client, "relationship", data | {"every_days": "7", "daily_cap": "2"})
    assert "This would ask 14 people in the next 7 days" in fewer.content.decode()
    assert "Daily cap was reached" in fewer.content.decode().replace("The program&#x27;s d", "D")
    assert not Program.objects.exists()
    assert not Invitation.objects.exists()


def test_what_if_with_a_mistake_shows_the_mistake(client: Client, survey: Survey) -> None:
    answer = _saved(client, "relationship", posted(parse(rule()), do="what_if", every_days="1"))
    assert answer.context["prospect"] is None
    assert 'id="id_every_days_error"' in answer.content.decode()


def test_a_draft_cannot_be_chosen(client: Client, publish: Publish) -> None:
    publish()
    Survey.objects.create(name="draft", title="Draft", document={"name": "draft", "type": "nps"})
    page = client.get("/programs/new/relationship").content.decode()
    assert 'value="nps"' in page
    assert 'value="draft"' not in page


def test_no_program_takes_the_address_of_the_page_that_makes_one(
    client: Client, survey: Survey
) -> None:
    for _ in range(2):
        _saved(client, "relationship", posted(parse(rule()), title="New"))
    assert sorted(Program.objects.values_list("name", flat=True)) == ["new-2", "new-3"]
