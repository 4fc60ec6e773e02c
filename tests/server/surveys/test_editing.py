"""The survey form: what it shows is what is stored, its mistakes come at once, nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.programs.surveys.document import as_data, parse
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.forms.survey_moves import moved
from milepost.server.forms.survey_reading import read
from milepost.server.forms.survey_sheet import Sheet
from milepost.server.models import Audit, Survey
from tests.server.surveys.conftest import Answer, Draft, changed, form_of, post, sent, stored

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
FULL: dict[str, Any] = {
    "name": "full",
    "title": "After delivery",
    "type": "exit",
    "company": "Northwind",
    "locales": ["da", "en", "ar"],
    "why": "same",
    "options": ["price", "late", "other"],
    "texts": {
        "da": {"question": "Hvorfor?", "options.late": "For sent"},
        "en": {"question": "Why?", "options.late": "Too late", "mail.greeting": "Hi {{ name | you }},"},
        "ar": {"question": "لماذا؟", "options.late": "متأخر"},
    },
    "further": [
        {
            "name": "which", "kind": "multiple", "options": ["red", "blue"], "required": True,
            "texts": {
                "da": {"question": "Hvilke?", "options.red": "Røde", "options.blue": "Blå"},
                "en": {"question": "Which?", "options.red": "Red", "options.blue": "Blue"},
                "ar": {"question": "أي؟", "options.red": "أحمر", "options.blue": "أزرق"},
            },
            "when": {"question": "answer", "answers": ["late", "other"]},
        },
        {
            "name": "speed", "kind": "rating", "least": 0, "most": 10,
            "texts": {"da": {"question": "Hvor hurtigt?"}, "en": {"question": "How fast?"}, "ar": {"question": "سرعة؟"}},
            "when": {"question": "which", "answers": ["blue"]},
        },
        {
            "name": "years", "kind": "number", "least": 0, "most": 99.5,
            "texts": {"da": {"question": "År?"}, "en": {"question": "Years?"}, "ar": {"question": "سنوات؟"}},
        },
    ],
    "closes_at": "2031-06-30T21:59:00+00:00",
    "thanks": {"any": {"action": "review", "link": "https://reviews.example.com/us"}},
    "call_me": True,
}  # fmt: skip


def edit(survey: Survey) -> str:
    return f"/surveys/{survey.name}/edit"


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_a_ready_type_saved_untouched_stays_as_it_is(
    kind: Any, signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft(type=kind.name)
    before = stored(survey)

    answer = post(client, edit(survey), sent(client, survey))

    assert answer.status_code == 302
    assert stored(survey) == before


def test_everything_a_survey_can_hold_comes_back_from_its_form(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft(**FULL)
    before = stored(survey)

    answer = post(client, edit(survey), sent(client, survey))

    assert answer.status_code == 302
    assert stored(survey) == before == as_data(parse(FULL))


def test_the_shipped_text_is_shown_and_only_another_one_is_stored(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    shown = client.get(edit(survey)).content.decode()
    assert 'placeholder="Not at all likely"' in shown

    post(
        client,
        edit(survey),
        sent(client, survey, **{"texts.en.low": "Never", "texts.en.high": "Extremely likely"}),
    )

    assert stored(survey)["texts"] == {"en": {"low": "Never"}}


def test_every_mistake_is_told_beside_its_field_and_nothing_is_stored(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft(**FULL)
    before = stored(survey)
    wrong = {
        "title": " ",
        "texts.da.question": "",
        "thanks.any.link": "javascript:alert(1)",
        "further[1].texts.en.options.red": "",
        "further[3].least": "many",
        "closes_at": "soon",
    }

    answer = post(client, edit(survey), sent(client, survey, **wrong))
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert stored(survey) == before
    for name in wrong:
        assert f'href="#{name}"' in shown, name
        assert f'id="{name}"' in shown, name
    assert "javascript:alert(1)" in form_of(shown)["thanks.any.link"]


def test_a_question_is_added_worded_moved_and_removed_without_a_script(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    before = stored(survey)

    form = sent(client, survey, do="add:single")
    form = form_of(post(client, edit(survey), form).content.decode())
    assert form["further[1].kind"] == "single"
    assert stored(survey) == before
    form = changed(form, do="add:text", **{
        "further[1].texts.en.question": "Which shop?",
        "further[1].texts.en.options.new-1": "Old Town",
        "further[1].texts.en.options.new-2": "Old  town!",
    })  # fmt: skip
    form = form_of(post(client, edit(survey), form).content.decode())
    form = changed(
        form,
        **{
            "further[2].texts.en.question": "What was missing?",
            "further[2].when": ["class:detractor"],
        },
    )
    form = form_of(post(client, edit(survey), changed(form, do="up:2")).content.decode())
    answer = post(client, edit(survey), changed(form, do="save"))

    assert answer.status_code == 302
    first, second = stored(survey)["further"]
    assert (first["name"], first["when"]) == (
        "what-was-missing",
        {"question": "class", "answers": ["detractor"]},
    )
    assert (second["name"], second["options"]) == ("which-shop", ["old-town", "old-town-2"])
    answer = post(client, edit(survey), sent(client, survey, do="remove:1"))
    assert "which-shop" in answer.content.decode()
    assert "what-was-missing" not in answer.content.decode()


def test_a_condition_keeps_its_meaning_when_what_it_names_gets_its_name(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    form = sent(client, survey, do="add:single")
    form = form_of(post(client, edit(survey), form).content.decode())
    form = form_of(post(client, edit(survey), changed(form, do="add:text")).content.decode())

    form = changed(form, do="save", **{
        "further[1].texts.en.question": "Which shop?",
        "further[1].texts.en.options.new-1": "Old Town",
        "further[1].texts.en.options.new-2": "Harbour",
        "further[2].texts.en.question": "What about it?",
        "further[2].when": ["new-1:new-2"],
    })  # fmt: skip
    assert post(client, edit(survey), form).status_code == 302

    assert stored(survey)["further"][1]["when"] == {
        "question": "which-shop",
        "answers": ["harbour"],
    }


def test_an_option_keeps_its_name_when_it_is_reworded(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft(**FULL)

    post(
        client, edit(survey), sent(client, survey, **{"further[1].texts.en.options.red": "Crimson"})
    )

    assert stored(survey)["further"][0]["options"] == ["red", "blue"]
    assert stored(survey)["further"][0]["texts"]["en"]["options.red"] == "Crimson"


def test_a_new_language_asks_for_what_was_worded_anew(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft(texts={"en": {"question": "Would you?"}})

    answer = post(client, edit(survey), sent(client, survey, locales=["en", "ja"]))

    assert answer.status_code == 422
    assert 'id="texts.ja.question"' in answer.content.decode()
    form = changed(form_of(answer.content.decode()), **{"texts.ja.question": "薦めますか。"})
    assert post(client, edit(survey), form).status_code == 302
    assert stored(survey)["locales"] == ["en", "ja"]


def test_the_closing_date_is_by_the_companys_clock(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft()

    post(client, edit(survey), sent(client, survey, closes_at="2031-07-01T00:00"))

    assert stored(survey)["closes_at"] == "2031-06-30T22:00:00+00:00"
    assert 'value="2031-07-01T00:00"' in client.get(edit(survey)).content.decode()


def test_the_later_of_two_editors_is_told_and_loses_nothing(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    mine = sent(client, survey, title="Mine", **{"texts.en.question": "My question?"})
    theirs = sent(client, survey, title="Theirs", **{"texts.en.question": "Their question?"})
    assert post(client, edit(survey), theirs).status_code == 302

    answer = post(client, edit(survey), mine)
    shown = answer.content.decode()

    assert answer.status_code == 409
    assert stored(survey)["title"] == "Theirs"
    assert "Somebody else saved this survey" in shown
    assert "Their question?" in shown
    assert form_of(shown)["title"] == "Mine"
    assert form_of(shown)["texts.en.question"] == "My question?"
    assert post(client, edit(survey), form_of(shown)).status_code == 302
    assert stored(survey)["title"] == "Mine"


def test_anonymous_stays_once_somebody_answered(
    signed_in: SignedIn, published: Draft, answer: Answer
) -> None:
    client, survey = signed_in("manager"), published()
    answer(survey)

    refused = post(client, edit(survey), sent(client, survey, anonymous="on"))

    assert refused.status_code == 422
    assert "make a new survey" in refused.content.decode()
    assert "anonymous" not in stored(survey)


def test_an_answer_of_a_test_settles_nothing(
    signed_in: SignedIn, published: Draft, answer: Answer
) -> None:
    client, survey = signed_in("manager"), published()
    answer(survey, test=True)

    assert post(client, edit(survey), sent(client, survey, anonymous="on")).status_code == 302
    assert stored(survey)["anonymous"] is True


def test_a_saving_is_audited_without_what_was_written(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft()

    post(client, edit(survey), sent(client, survey, title="Secret plans"))

    line = Audit.objects.get(verb="save_survey")
    assert line.object_id == str(survey.pk)
    assert line.member is not None
    assert "Secret" not in str(line.detail)


_BUTTONS = st.one_of(
    st.builds(
        "add:{}".format,
        st.sampled_from(["single", "multiple", "text", "rating", "number", "evil", ""]),
    ),
    st.builds(
        "{}:{}".format, st.sampled_from(["remove", "up", "down", "add_option"]), st.integers(-1, 12)
    ),
    st.builds(
        "{}:{}:{}".format,
        st.sampled_from(["remove_option", "raise_option"]),
        st.integers(-1, 12),
        st.sampled_from(["new-1", "new-2", "x"]),
    ),
)


@given(st.lists(_BUTTONS, max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_is_pressed_the_form_shows_what_it_reads(buttons: list[str]) -> None:
    data: dict[str, Any] = {
        "name": "x", "type": "exit", "locales": ["en"], "texts": {}, "options": [], "further": [], "title": "",
    }  # fmt: skip
    for button in buttons:
        data = moved(data, button)

    sheet = Sheet(data, zone="UTC")

    assert len(sheet.questions) == len(data["further"]) <= 10
    assert len({question.name for question in sheet.questions}) == len(sheet.questions)
    assert all(len(question.rows) <= 20 for question in sheet.questions)


@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "company", "locales", "first", "why", "closes_at", "options", "further[1].kind", "further[1].least",
             "further[1].when", "further[1].options", "thanks.any.action", "thanks.any.link", "texts.en.question", "further[1].name"]
        ),
        st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["en", "rating", "number", "single", "1-5", "class:x", "a:b"])), max_size=3),
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_sent_is_read_and_shown_again(fields: dict[str, list[str]]) -> None:
    from django.http import QueryDict

    sent = QueryDict(mutable=True)
    for name, values in fields.items():
        sent.setlist(name, values)
    data = read(sent, before={"name": "x", "type": "exit"}, zone="UTC")

    try:
        parse(data)
        faults: Any = ()
    except ValueError as wrong:
        faults = wrong.faults  # type: ignore[attr-defined]
    sheet = Sheet(data, zone="UTC", faults=faults)
    shown = [field.path for words in sheet.asking for field in words.fields]
    assert len(shown) == len(set(shown))
    assert len(sheet.questions) == len(data["further"])
    assert len(sheet.thanking) == 1
