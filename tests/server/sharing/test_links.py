"""A link for others shows its page to whoever has it, redacted, and nothing once it has ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.actions.sharing import make, revoke
from milepost.server.measuring.outcome import Refused
from milepost.server.models import Audit, Member, Share
from milepost.server.queries.numbers import NotYet, Refusal
from tests.server.sharing.conftest import NOW, OWNER, WORDS

pytestmark = pytest.mark.django_db
Write = Callable[..., None]
KINDS = [("map", ""), ("board", ""), ("metric", "nps")]


@pytest.fixture
def maker(member: Callable[[str], Member]) -> Member:
    return member("analyst")


def link(
    maker: Member, kind: str = "map", metric: str = "", query: str = "", days: int = 30
) -> str:
    _, token = make(maker, title="For the owners", kind=kind, metric=metric, query=query, days=days)
    return f"/shared/{token}"


def body(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_link_is_made_shown_once_and_kept_as_a_hash(
    plan: Write, signed_in: Callable[[str], Client]
) -> None:
    plan()
    client = signed_in("analyst")
    page = client.post(
        "/sharing/new?kind=map&segment.country=DK", {"title": "For the owners", "days": 7}
    )
    (address,) = re.findall(r'value="[^"]*(/shared/[\w-]{43})"', body(page))
    share = Share.objects.get()
    token = address.removeprefix("/shared/")
    assert token not in str(Share.objects.values().get())
    assert (share.query, share.expires_at) == ("segment.country=DK", NOW + timedelta(days=7))
    assert token not in body(client.get("/sharing"))
    assert Client().get(address).status_code == 200
    assert Audit.objects.filter(verb="shared", object_kind="share").count() == 1


@pytest.mark.parametrize("days", ["0", "366", "-1", "forever"])
def test_a_link_lasts_a_day_to_a_year(
    plan: Write, signed_in: Callable[[str], Client], days: str
) -> None:
    plan()
    answer = signed_in("manager").post("/sharing/new", {"title": "x", "days": days})
    assert answer.status_code == 400
    assert not Share.objects.exists()


@pytest.mark.parametrize(("kind", "metric"), KINDS)
def test_a_page_has_no_way_in_no_names_and_no_trace(
    plan: Write, maker: Member, kind: str, metric: str
) -> None:
    plan()
    address = link(maker, kind, metric, "touchpoint=web" if metric else "")
    answer = Client().get(address)
    page = body(answer)
    assert answer.status_code == 200
    found = set(re.findall(r'(?:href|action|src)="([^"]*)"', page))
    assert all(each.startswith(("/static/", "data:", "#", address)) for each in found), found
    assert OWNER not in page
    assert WORDS not in page
    assert "analyst" not in page
    assert "noindex" in answer["X-Robots-Tag"]
    assert 'content="noindex' in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize(("kind", "metric"), KINDS)
def test_a_member_who_is_signed_in_sees_what_others_see(
    plan: Write, maker: Member, kind: str, metric: str
) -> None:
    plan()
    address = link(maker, kind, metric)
    client = Client()
    client.force_login(maker)
    assert body(client.get(address)) == body(Client().get(address))


def test_words_and_owners_that_are_left_out_stand_inside(plan: Write, maker: Member) -> None:
    plan()
    client = Client()
    client.force_login(maker)
    page = body(client.get("/"))
    assert WORDS in page
    assert OWNER in page


def test_few_answers_are_not_shown_and_many_are(plan: Write, maker: Member) -> None:
    plan()
    page = body(Client().get(link(maker)))
    rows = dict(re.findall(r"<h3>.*?<bdi>(.*?)</bdi>(.*?)</li>", page, re.DOTALL))
    assert "too few answers to show" in rows["Service desk"]
    assert "n 3" not in rows["Service desk"]
    assert "3 answered" not in rows["Service desk"]
    assert "n 200" in rows["Web shop"]


def test_only_a_value_of_a_declared_segment_can_be_chosen(plan: Write, maker: Member) -> None:
    plan()
    address = link(maker)
    whole = body(Client().get(address))
    for wrong in ("only=touchpoint:web", "only=country:XX", "only=score:0", "where=score%3D0", "every=day", "from=2026-10-03&to=2026-10-04"):  # fmt: skip
        chosen = Client().get(f"{address}?{wrong}")
        assert chosen.status_code == 200
        assert (
            body(chosen).partition("</form>")[2] == whole.partition("</form>")[2]
            or "from=" in wrong
        )
    dk = body(Client().get(f"{address}?only=country:DK"))
    assert "n 30" in dk
    # SE is the next smallest beside the two of NO: shown, it would tell of them.
    for few in ("SE", "NO"):
        page = body(Client().get(f"{address}?only=country:{few}"))
        assert "too few answers to show" in page
        assert not re.search(r"n (24|2)\b", page)


def test_the_links_own_filter_stands_whatever_the_address_says(plan: Write, maker: Member) -> None:
    plan()
    address = link(maker, query="segment.country=DK")
    plain = body(Client().get(address))
    assert "n 30" in plain
    for change in ("segment.country=SE", "only=country:SE", "segment.country="):
        assert body(Client().get(f"{address}?{change}")) == plain


def test_days_within_a_period_show_the_period(plan: Write, maker: Member) -> None:
    plan()
    address = link(maker)
    page = body(Client().get(f"{address}?from=2026-09-03&to=2026-10-20"))
    assert "September 2026" in page.partition("</form>")[2]
    assert "n 200" in page


def test_no_days_within_a_period_can_be_asked_of_a_metric(plan: Write, maker: Member) -> None:
    """Two stretches that differ by a day would tell that day."""
    plan()
    address = link(maker, "metric", "nps", "touchpoint=web&from=2026-10-03&to=2026-10-20&every=day")
    for query in (
        "",
        "?from=2026-10-03&to=2026-10-20",
        "?every=day",
        "?period=2026-10-03..2026-10-20",
    ):
        shown = Client().get(address + query).context["one"]
        assert {(cell.since.day, cell.until.day) for cell in (shown.cell, *shown.trend)} == {(1, 1)}
        assert {cell.n for cell in shown.trend} == {200}


def test_what_ended_was_revoked_or_never_was_looks_the_same(plan: Write, maker: Member) -> None:
    plan()
    ended, taken = link(maker, days=1), link(maker)
    revoke(Share.objects.order_by("pk")[1], maker)
    with clock.at(NOW + timedelta(days=1, seconds=1)):
        pages = [Client().get(each) for each in (ended, taken, f"/shared/{'x' * 43}", "/shared/x")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


@pytest.mark.parametrize("change", [{"active": False}, {"role": "responder"}])
def test_a_link_ends_with_the_right_of_who_made_it(
    plan: Write, maker: Member, change: dict[str, object]
) -> None:
    plan()
    address = link(maker)
    Member.objects.update(**change)
    assert Client().get(address).status_code == 404


def test_who_guesses_has_to_wait_and_a_good_link_still_opens(plan: Write, maker: Member) -> None:
    plan()
    address = link(maker)
    statuses = [Client().get(f"/shared/{number:043d}").status_code for number in range(70)]
    assert statuses.index(429) == 60
    assert Client().get(address).status_code == 200


def test_looking_writes_nothing(plan: Write, maker: Member) -> None:
    plan()
    address = link(maker)
    with CaptureQueriesContext(connection) as caught:
        Client().get(address)
    assert not [q["sql"] for q in caught if not q["sql"].startswith("SELECT")]


@pytest.mark.parametrize("error", [
    NotYet(0, 1, "survey: reading /secret/path"), Refusal(Refused("plan", ("milepost.yaml, line 3: secret",))),
])  # fmt: skip
def test_what_is_not_ready_or_wrong_tells_nothing_of_the_inside(
    plan: Write, maker: Member, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    plan()

    def fail(*askings: object) -> None:
        raise error

    monkeypatch.setattr("milepost.server.web.shared.numbers", fail)
    answer = Client().get(link(maker))
    assert "secret" not in body(answer)
    assert ("Refresh" in answer.headers) is isinstance(error, NotYet)
    assert 'href="/"' not in body(answer)


def test_nothing_measured_is_said_so(plan: Write, maker: Member) -> None:
    plan([])
    for kind, metric in KINDS[:2]:
        answer = Client().get(link(maker, kind, metric))
        assert answer.status_code == 503
        assert "cannot be shown just now" in body(answer)
        assert "survey" not in body(answer)


@pytest.mark.parametrize("query", ["segment.gone=DK", "touchpoint=gone", "channel=gone"])
@pytest.mark.parametrize(("kind", "metric"), KINDS)
def test_a_link_whose_filter_is_gone_does_not_show_everybody(
    plan: Write, maker: Member, kind: str, metric: str, query: str
) -> None:
    plan()
    answer = Client().get(link(maker, kind, metric, query))
    assert answer.status_code == 410
    assert "there no longer" in body(answer)
    assert "gone" not in body(answer)


def test_the_list_says_which_filters_a_link_has_and_which_are_gone(
    plan: Write, maker: Member
) -> None:
    client = Client()
    client.force_login(maker)
    link(maker, "map", "", "segment.country=DK&touchpoint=web&channel=fax&segment.tier=a")
    before = body(client.get("/sharing"))
    assert "Tier: a" in before
    assert "gone from the plan" not in before
    plan()
    page = body(client.get("/sharing"))
    told = re.findall(r"<bdi>([^<]+)</bdi>( <span class=\"tag bad\">gone from the plan)?", page)
    assert ("Country: DK", "") in told
    assert ("Touchpoint: Web shop", "") in told
    gone = ' <span class="tag bad">gone from the plan'
    assert ("Channel: fax", gone) in told
    assert ("Tier: a", gone) in told


def test_others_links_are_not_ones_own(plan: Write, member: Callable[[str], Member]) -> None:
    plan()
    mine, theirs = member("analyst"), member("manager")
    link(theirs)
    client = Client()
    client.force_login(mine)
    share = Share.objects.get()
    assert "For the owners" not in body(client.get("/sharing"))
    assert client.post(f"/sharing/{share.key}/revoke").status_code == 404
    boss = Client()
    boss.force_login(member("administrator"))
    assert boss.post(f"/sharing/{share.key}/revoke").status_code == 302
    assert "taken back" in body(boss.get("/sharing"))


def test_the_list_asks_as_often_for_a_hundred_links_as_for_one(
    company: object, member: Callable[[str], Member]
) -> None:
    boss = member("administrator")
    client = Client()
    client.force_login(boss)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/sharing")
        return len(caught)

    link(boss)
    one = asked()
    for _ in range(99):
        link(boss)
    assert asked() == one


def test_the_page_offers_the_values_of_declared_segments(plan: Write, maker: Member) -> None:
    plan()
    found = re.findall(r'value="(country:\w+)"', body(Client().get(link(maker))))
    assert set(found) == {"country:DK", "country:SE", "country:NO"}
