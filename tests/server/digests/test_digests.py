"""A digest goes once for each of its times, to those who may see, as a mail that stands by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.insight.journey.asking import JourneyMap
from milepost.server.actions.digests import keep
from milepost.server.measuring.outcome import Refused
from milepost.server.models import Audit, Digest, Member, Notice
from milepost.server.queries.numbers import NotYet, Refusal
from milepost.server.worker.digesting import digest
from milepost.server.worker.noticing import tell
from milepost.server.worker.queue import DIGESTS, claim, return_stale
from tests.server.sending.conftest import Mailbox
from tests.server.sharing.conftest import OWNER, WORDS, answered

pytestmark = pytest.mark.django_db
Write = Callable[..., None]
Make = Callable[..., Digest]
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


@pytest.fixture
def made(plan: Write, member: Callable[[str], Member]) -> Make:
    """Makes the digest of Monday, eight o'clock in Copenhagen, for its maker and others."""

    def make(*roles: str, query: str = "", **changed: Any) -> Digest:
        maker = Member.objects.filter(role="analyst").first() or member("analyst")
        found = Digest(member=maker, query=query)
        options = {
            "title": "Every Monday",
            "every": "week",
            "weekday": 0,
            "hour": 8,
            "active": True,
        }
        keep(found, maker, recipients=[maker, *map(member, roles)], **{**options, **changed})
        return found

    return make


def run(at: datetime, *, workers: int = 1) -> None:
    with clock.at(at):
        for number in range(workers):
            digest(f"w{number}")
        tell("w")


def told(mail: EmailMessage, kind: str) -> str:
    """A mail's body as plain text or HTML."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_digest_arrives_with_its_finding_its_numbers_and_its_picture(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    made()
    run(MONDAY - timedelta(seconds=1))
    assert mailbox.mails == []
    run(MONDAY)
    mail = mailbox.only()
    assert mail["Subject"] == "Web shop fell to −20.0 (Net Promoter Score)"
    assert mail["To"] == "analyst@northwind.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    for part in (told(mail, "plain"), told(mail, "html")):
        assert re.search(r"went from 60\.0 to −20\.0 \(worse; −\d+\.\d to −\d+\.\d · n 200\)", part)
        assert re.search(r"−20\.0 \(−\d+\.\d to −\d+\.\d · n 200\)\. Of", part)
        assert "October 2026 compared with September 2026" in part
        assert "n 200" in part
        assert "http://127.0.0.1:8400/digests" in part
        assert OWNER not in part
    html = told(mail, "html")
    assert "<style" not in html
    assert not re.search(r'src="(?!cid:)', html)
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<trend@milepost>"
    assert picture.get_content().startswith(b"\x89PNG")
    assert re.search(r'<img src="cid:trend@milepost" alt="Web shop, [^"]+"', html)


def test_customers_words_never_leave_by_mail(plan: Write, made: Make, mailbox: Mailbox) -> None:
    plan()
    (inside,) = answered(JourneyMap())
    assert inside.biggest.said[0].comment == WORDS
    made()
    run(MONDAY)
    parts = [
        part.get_content()
        for part in mailbox.only().walk()
        if part.get_content_maintype() == "text"
    ]
    assert len(parts) == 2
    assert not any(WORDS in part for part in parts)


def test_two_workers_and_a_second_look_send_it_once(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    made("manager")
    run(MONDAY, workers=3)
    run(MONDAY + timedelta(minutes=1))
    assert sorted(mailbox.addresses) == ["analyst@northwind.example", "manager@northwind.example"]


def test_a_worker_that_died_after_writing_sends_no_second_mail(
    plan: Write, made: Make, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    found = made()
    monkeypatch.setattr("milepost.server.worker.digesting.release", lambda *a, **k: True)
    run(MONDAY)
    monkeypatch.undo()
    Digest.objects.update(claimed_by="", claimed_at=None)
    found.refresh_from_db()
    assert found.next_at == MONDAY
    assert Notice.objects.filter(kind="digest").count() == 1
    key = Notice.objects.get().subject_key
    assert key.startswith(f"digest:{found.pk}:{MONDAY.isoformat()}:")


def test_weeks_that_were_missed_are_made_up_for_once(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    found = made()
    late = MONDAY + timedelta(days=17, hours=3)
    run(late)
    run(late + timedelta(minutes=1))
    assert len(mailbox.mails) == 1
    found.refresh_from_db()
    assert found.next_at == MONDAY + timedelta(days=21)
    assert found.last_at == late


def test_who_may_not_see_gets_nothing(plan: Write, made: Make, mailbox: Mailbox) -> None:
    plan()
    made("manager", "responder")
    Member.objects.filter(role="manager").update(active=False)
    run(MONDAY)
    assert sorted(mailbox.addresses) == ["analyst@northwind.example", "responder@northwind.example"]


def test_what_is_switched_off_rests(plan: Write, made: Make, mailbox: Mailbox) -> None:
    plan()
    made(active=False)
    run(MONDAY + timedelta(days=9))
    assert mailbox.mails == []


def test_a_lens_is_kept_and_told(plan: Write, made: Make, mailbox: Mailbox) -> None:
    plan()
    made(query="segment.country=SE")
    run(MONDAY)
    mail = mailbox.only()
    text = told(mail, "plain")
    assert "Country: SE" in text
    assert "n 24" in text
    assert "/?segment.country=SE" in text


def test_a_digest_whose_filter_is_gone_says_so_and_tells_nobody(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    found = made(query="segment.gone=SE")
    run(MONDAY)
    found.refresh_from_db()
    assert found.error == "it filters by 'gone', which is gone from the plan; make it anew"
    assert mailbox.mails == []


def test_a_digest_says_what_it_is_of_before_it_goes(plan: Write, made: Make) -> None:
    plan()
    found = made(query="segment.gone=SE&segment.country=DK")
    client = Client()
    client.force_login(found.member)
    for path in ("/digests", f"/digests/{found.key}"):
        page = client.get(path).content.decode()
        assert "<bdi>Country: DK</bdi></p>" in page
        assert '<bdi>Gone: SE</bdi> <span class="tag bad">gone from the plan</span>' in page


def test_what_is_not_measured_in_time_is_asked_again_for_the_same_monday(
    plan: Write, made: Make, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    found = made()

    def late(*askings: object, seconds: float) -> None:
        raise NotYet(0, 1, "")

    with monkeypatch.context() as patch:
        patch.setattr("milepost.server.worker.digest_content.numbers", late)
        run(MONDAY)
    found.refresh_from_db()
    assert (found.due_at, found.next_at) == (MONDAY, MONDAY + timedelta(minutes=5))
    assert mailbox.mails == []


def test_a_plan_that_is_wrong_is_tried_thrice_and_told_on_the_page(
    plan: Write, made: Make, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    found = made()

    def wrong(*askings: object, seconds: float) -> None:
        raise Refusal(Refused("plan", ("milepost.yaml, line 3: no such metric",)))

    with monkeypatch.context() as patch:
        patch.setattr("milepost.server.worker.digest_content.numbers", wrong)
        for hour in range(3):
            run(MONDAY + timedelta(hours=hour))
    found.refresh_from_db()
    assert found.next_at == MONDAY + timedelta(days=7)
    client = Client()
    client.force_login(found.member)
    assert "line 3: no such metric" in client.get("/digests").content.decode()
    run(MONDAY + timedelta(days=7))
    assert len(mailbox.mails) == 1
    found.refresh_from_db()
    assert found.error == ""


def test_a_colleague_turns_it_off_and_nobody_elses(
    plan: Write, made: Make, member: Callable[[str], Member], mailbox: Mailbox
) -> None:
    plan()
    found = made("responder")
    client = Client()
    client.force_login(Member.objects.get(role="responder"))
    page = client.get("/digests").content.decode()
    assert "Every Monday" in page
    assert client.post(f"/digests/{found.key}/remove").status_code == 403
    assert client.post(f"/digests/{found.key}/leave").status_code == 302
    assert f"/digests/{found.key}" not in client.get("/digests").content.decode()
    assert client.post(f"/digests/{found.key}/leave").status_code == 404
    run(MONDAY)
    assert mailbox.addresses == ["analyst@northwind.example"]


def test_a_digest_is_made_and_changed_on_a_page(
    plan: Write, member: Callable[[str], Member]
) -> None:
    plan()
    maker, other = member("manager"), member("responder")
    client = Client()
    client.force_login(maker)
    sent = {"title": "Monthly", "every": "month", "weekday": 2, "hour": 6, "active": "on"}
    assert client.post("/digests/new", sent).status_code == 400
    client.post("/digests/new?segment.country=DK&every=day", {**sent, "recipients": [other.pk]})
    found = Digest.objects.get()
    assert (found.query, found.every, list(found.recipients.all())) == (
        "segment.country=DK", "month", [other])  # fmt: skip
    assert found.next_at == datetime(2026, 12, 2, 5, tzinfo=UTC)
    client.post(f"/digests/{found.key}", {**sent, "every": "day", "recipients": [maker.pk]})
    found.refresh_from_db()
    assert found.next_at == datetime(2026, 11, 23, 5, tzinfo=UTC)
    stranger = Client()
    stranger.force_login(member("analyst"))
    assert stranger.get(f"/digests/{found.key}").status_code == 404
    assert client.post(f"/digests/{found.key}/remove").status_code == 302
    assert not Digest.objects.exists()
    assert Audit.objects.filter(object_kind="digest").count() == 3


def test_the_mail_speaks_the_language_of_whoever_gets_it(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    made()
    Member.objects.update(locale="da")
    run(MONDAY)
    markup = told(mailbox.only(), "html")
    assert '<html lang="da">' in markup
    assert "−20,0" in markup


def test_the_mail_calls_a_metric_as_its_reader_does(
    plan: Write, made: Make, mailbox: Mailbox
) -> None:
    plan()
    made()
    Member.objects.update(locale="zh-hans")
    run(MONDAY)
    mail = mailbox.only()
    assert "净推荐值（NPS）" in mail["Subject"]
    markup = told(mail, "html")
    assert "2026年10月" in markup
    assert [text for text in ("Net Promoter Score", "October") if text in markup] == []


def test_the_list_asks_as_often_for_a_hundred_digests_as_for_one(plan: Write, made: Make) -> None:
    plan()
    maker = made().member
    client = Client()
    client.force_login(maker)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert "Every Monday" in client.get("/digests").content.decode()
        return len(caught)

    one = asked()
    for _ in range(99):
        made()
    assert asked() == one


def test_a_digest_whose_claim_went_stale_is_given_back(plan: Write, made: Make) -> None:
    plan()
    found = made()
    with clock.at(MONDAY):
        (claimed,) = claim(DIGESTS, "gone")
        assert claim(DIGESTS, "other") == []
    with clock.at(MONDAY + timedelta(minutes=11)):
        assert return_stale(DIGESTS) == 1
        assert [each.pk for each in claim(DIGESTS, "other")] == [claimed.pk] == [found.pk]
