"""Pages speak the reader's language: the browser's, or the one that the member chose."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, override

from milepost import clock
from milepost.insight.notebook import Opened
from milepost.programs.deciding.decision import Decision
from milepost.server.actions import passwords
from milepost.server.models import Audit, Event, Member, Notice, Person, Survey
from milepost.server.models import Decision as Row
from milepost.server.queries.paging import many
from milepost.server.templatetags.telling import between, figure, period
from milepost.server.urls import ROUTES
from milepost.server.web.telling import in_words
from tests.server.programs.conftest import Answer, Invite, MakeProgram, rule
from tests.server.programs.conftest import after as transactional
from tests.server.seeing.looking import look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
Planned = Callable[..., Opened]
SignedIn = Callable[[str], Client]
LOCALES = Path(__file__).parents[3] / "src" / "milepost" / "server" / "locale"
FOLDERS = {"da": "da", "zh-hans": "zh_Hans"}
# Every page of those who work here that takes no object to show.
PATHS = sorted(
    f"/{route.path}"
    for route in ROUTES
    if "<" not in route.path and ".web." in route.view.__module__
)
# The name that the plan gives to a source: it is no text of the interface.
GIVEN = {"survey"}
TEXT = re.compile(r'>([^<>]+)<|(?:aria-label|placeholder|alt|title)="([^"]+)"')
# What is a name, another's words or the value of a setting stands between these.
NAMES = re.compile(
    r"<(script|style|code|pre|bdi|svg)\b.*?</\1>|<td class=.mono.>.*?</td>", re.DOTALL
)


def english(folder: str) -> set[str]:
    """The texts that read otherwise in a language."""
    with (LOCALES / folder / "LC_MESSAGES" / "django.po").open("rb") as file:
        said = [each for each in read_po(file) if each.id and isinstance(each.id, str)]
    return {" ".join(str(each.id).split()) for each in said if each.string != each.id}


def told(page: str) -> set[str]:
    """The texts of a page."""
    found = TEXT.findall(NAMES.sub("", page))
    return {" ".join(unescape(text or heard).split()) for text, heard in found}


@pytest.mark.parametrize("language", ["en", *FOLDERS])
def test_every_page_is_wholly_in_the_readers_language(
    planned: Planned, signed_in: SignedIn, language: str
) -> None:
    planned()
    client = signed_in("administrator")
    foreign = english(FOLDERS[language]) if language in FOLDERS else set()
    seen = 0
    for path in PATHS:
        page = look(client, path, headers={"accept-language": language})
        if not page.headers.get("Content-Type", "").startswith("text/html"):
            continue
        body = page.content.decode()
        assert page.status_code < 500, path
        if page.status_code == 200:
            assert f'<html lang="{language}">' in body, path
            assert (told(body) & foreign) - GIVEN == set(), path
            seen += 1
    assert seen > 35


@pytest.fixture
def shown(
    survey: Survey, make_program: MakeProgram, invite: Invite, answer: Answer, ada: Person
) -> list[str]:
    """Pages of a program, its decision, its invitation, the answer, the person and the survey."""
    program = make_program(survey, rule(touchpoint="web", reminder_days=5, daily_cap=20))
    asked = invite(
        ada, survey, program=program, channel="email", touchpoint="web", state="answered"
    )
    asked.messages.create(channel="email", due_at=asked.due_at, sent_at=asked.due_at, state="sent")
    found = answer(survey, ada, invitation=asked, channel="email", touchpoint="web", comment="Nej")
    Row.objects.create(
        program=program, person=ada, asked=False, reason="held", since=clock.now(),
        detail={"by": "ticket", "since": clock.now().isoformat()},
    )  # fmt: skip
    Event.objects.create(person=ada, name="delivered", at=clock.now(), channel="email")
    after = make_program(survey, transactional(), name="after", title="Efter")
    return [
        *(f"/programs/{each.name}" for each in (program, after)),
        *(f"/programs/{each.name}/edit" for each in (program, after)),
        "/programs/care/decisions", "/programs/care/figures", "/programs/care/ahead",
        "/programs/new/relationship", "/programs/new/transactional",
        f"/invitations/{asked.key}", f"/invitations/why/{ada.key}", f"/responses/{found.key}",
        f"/people/{ada.key}", f"/people/{ada.key}/edit", f"/people/{ada.key}/story",
        "/surveys/nps", "/surveys/nps/edit", "/surveys/nps/mail", "/surveys/nps/publish",
        "/surveys/nps/versions", "/metric/nps", "/metric/nps/behind?touchpoint=web",
        "/touchpoints/web", "/plan/touchpoints/web", "/invitations", "/responses", "/people",
    ]  # fmt: skip


@pytest.mark.parametrize("language", list(FOLDERS))
def test_pages_of_one_object_are_wholly_in_the_readers_language(
    planned: Planned, signed_in: SignedIn, shown: list[str], language: str
) -> None:
    planned()
    client = signed_in("administrator")
    foreign = english(FOLDERS[language])
    left = {}
    for path in shown:
        page = look(client, path, headers={"accept-language": language})
        assert page.status_code == 200, path
        left[path] = (told(page.content.decode()) & foreign) - GIVEN
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_the_members_choice_is_stronger_than_the_browsers(signed_in: SignedIn) -> None:
    client = signed_in("responder")
    danish = {"accept-language": "da"}
    assert '<html lang="da">' in client.get("/account", headers=danish).content.decode()
    chosen = client.post("/account/language", {"locale": "zh-hans"}, follow=True, headers=danish)
    body = chosen.content.decode()
    assert '<html lang="zh-hans">' in body
    assert "您的语言已更改。" in body
    assert Member.objects.get().locale == "zh-hans"
    assert Audit.objects.get().detail == {}
    back = client.post("/account/language", {"locale": ""}, follow=True, headers=danish)
    assert "Dit sprog er skiftet." in back.content.decode()


def test_a_language_that_is_none_is_refused(signed_in: SignedIn) -> None:
    client = signed_in("responder")
    assert client.post("/account/language", {"locale": "tlh"}).status_code == 200
    assert Member.objects.get().locale == ""


def test_one_members_choice_does_not_stay_for_the_next(
    signed_in: SignedIn, member: Callable[[str], Member]
) -> None:
    chinese = signed_in("analyst")
    Member.objects.update(locale="zh-hans")
    assert "您的账户" in chinese.get("/account").content.decode()
    assert "Your account" in signed_in("manager").get("/account").content.decode()


@pytest.mark.parametrize(
    ("wished", "given"),
    [
        ("da-DK,da;q=0.9,en;q=0.5", "da"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB", "en"),
        ("sw,fi;q=0.8", "en"),
    ],
)
def test_a_browser_gets_the_nearest_language_there_is(
    client: Client, wished: str, given: str
) -> None:
    page = client.get("/sign-in", headers={"accept-language": wished})
    assert f'<html lang="{given}">' in page.content.decode()


def test_what_went_wrong_is_told_in_the_readers_language(client: Client) -> None:
    page = client.get("/nothing/of/that/name", headers={"accept-language": "da"})
    assert "Der er ingenting her" in page.content.decode()


def test_errors_of_a_form_are_in_the_readers_language(client: Client) -> None:
    given = {"email": "x@example.com", "password": "wrong"}
    page = client.post("/sign-in", given, headers={"accept-language": "da"})
    assert "Adresse og adgangskode passer ikke sammen" in page.content.decode()


def test_a_mail_to_a_member_is_in_the_language_of_that_member(
    member: Callable[[str], Member],
) -> None:
    found = member("analyst")
    Member.objects.update(locale="da")
    passwords.ask_reset(found.email)
    assert Notice.objects.get().content["subject"] == "Vælg en ny adgangskode"
    assert get_language() == "en"


@pytest.mark.parametrize(
    ("language", "number", "share", "ends", "bound"),
    [
        ("en", "1,234.50", "82.1\u202f%", "37.2 to 42.4", "more than 10,000"),
        ("da", "1.234,50", "82,1\u202f%", "37,2 til 42,4", "mere end 10.000"),
        ("zh-hans", "1,234.50", "82.1\u202f%", "37.2 至 42.4", "超过 10,000"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    language: str, number: str, share: str, ends: str, bound: str
) -> None:
    with override(language):
        assert figure(1234.5, "score") == number
        assert figure(82.1, "percent") == share
        assert between(37.2, 42.4, "points") == ends
        assert many(10_001) == bound


@pytest.mark.parametrize("language", ["en", *FOLDERS])
def test_both_ways_to_write_a_number_agree(language: str) -> None:
    with override(language):
        assert number_format(1234567, force_grouping=True) == figure(1234567, "count")


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "22 Nov 2026", "22 Nov 2026, 16:05"),
        ("da", "22. nov 2026", "22. nov 2026, 16:05"),
        ("zh-hans", "2026年11月22日", "2026年11月22日 16:05"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language: str, day: str, moment: str) -> None:
    with override(language):
        assert date_format(date(2026, 11, 22), "DATE_FORMAT") == day
        assert date_format(datetime(2026, 11, 22, 16, 5, tzinfo=UTC), "DATETIME_FORMAT") == moment


@pytest.mark.parametrize(
    ("label", "danish", "chinese"),
    [
        ("October 2026", "oktober 2026", "2026年10月"),
        ("week of 2026-11-16", "ugen fra 16. nov 2026", "2026年11月16日起的一周"),
        ("2026-11-16", "16. nov 2026", "2026年11月16日"),
        ("2026 Q4", "2026 Q4", "2026 Q4"),
        ("all of it", "all of it", "all of it"),
    ],
)
def test_periods_are_named_as_the_language_names_them(
    label: str, danish: str, chinese: str
) -> None:
    with override("da"):
        assert period(label) == danish
    with override("zh-hans"):
        assert period(label) == chinese
    assert period(label) == label


@pytest.mark.parametrize("code", ["asked", "held", "not_due", "window", "no_recent_contact"])
def test_a_decision_reads_in_english_as_the_rules_say_it(code: str) -> None:
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    zone = ZoneInfo("Europe/Copenhagen")
    for went, until, since in product((None, at), repeat=3):
        decision = Decision(
            1, "after", code, at=went, channel="email", until=until, by="ticket", since=since
        )
        assert in_words(decision, zone) == decision.words(zone)


def test_a_decision_is_told_in_the_readers_language() -> None:
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    decision = Decision(1, "after", "held", by="ticket", since=at, until=at)
    with override("da"):
        said = in_words(decision, ZoneInfo("UTC"))
    assert said == "holdt tilbage af ticket siden 2026-11-22 09:00, indtil 2026-11-22 09:00"


def test_the_languages_offered_are_those_of_the_catalogues() -> None:
    offered = {code for code, words in settings.LANGUAGES}
    assert offered == {"en", *FOLDERS}
