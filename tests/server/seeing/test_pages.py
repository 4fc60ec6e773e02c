"""The pages of numbers: what they say is what the terminal says, whoever looks, whatever the data hold."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from milepost.insight.notebook import Opened
from milepost.server.models import Member, View
from milepost.server.templatetags.telling import figure
from tests.insight.company import answers
from tests.server.seeing.conftest import HOSTILE
from tests.server.seeing.looking import DAY, look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
Planned = Callable[..., Opened]
SignedIn = Callable[[str], Client]
PATHS = (
    "/", "/touchpoints/web", "/metric", "/metric/nps?touchpoint=web",
    "/metric/nps/behind?touchpoint=web", "/compare?metric=nps&a.touchpoint=web&b.touchpoint=web",
)  # fmt: skip


def text(page: object) -> str:
    """What a page says, without its marks."""
    body = page.content.decode()  # type: ignore[attr-defined]
    bare = re.sub(r"<script[^>]*>.*?</script>", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ["administrator", "manager", "analyst", "responder"])
def test_every_role_may_look_at_numbers(
    planned: Planned, signed_in: SignedIn, path: str, role: str
) -> None:
    planned()
    assert look(signed_in(role), path).status_code == 200


def test_home_says_what_the_terminal_says(planned: Planned, signed_in: SignedIn) -> None:
    opened = planned()
    said = text(look(signed_in("analyst"), "/"))
    cells = [cell for cell in opened.measure().cells if cell.value is not None]
    assert cells
    for cell in cells:
        assert figure(cell.value, cell.unit) in said
        assert cell.verdict in said


def test_the_worst_moment_is_named_in_a_sentence(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    said = text(look(signed_in("analyst"), "/"))
    assert "The worst moment Web shop : Net Promoter Score" in said
    assert "Of 100 who answered, it let down" in said


@pytest.mark.parametrize("path", PATHS)
def test_hostile_names_in_the_data_are_text(
    planned: Planned, signed_in: SignedIn, path: str
) -> None:
    rows = answers(DAY, [10, 0] * 20, country=HOSTILE, touchpoint="web", customers=range(40))
    rows += answers(DAY, [10, 0] * 20, country="DK", touchpoint="web", customers=[HOSTILE] * 40)
    planned(rows, web=f", needs: {json.dumps(HOSTILE)}")
    found = look(signed_in("administrator"), path)
    assert found.status_code == 200
    assert "<script>alert" not in found.content.decode()


def test_who_may_not_see_people_sees_no_customer_behind_a_number(
    planned: Planned, signed_in: SignedIn
) -> None:
    planned(
        answers(DAY, [10, 0] * 20, touchpoint="web", customers=[f"cust-{n}" for n in range(40)])
    )
    path = "/metric/nps/behind?touchpoint=web"
    assert "cust-7" in text(look(signed_in("analyst"), path))
    assert "cust-7" not in text(look(signed_in("responder"), path))


def test_every_bar_leads_to_the_answers_behind_it(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    client = signed_in("analyst")
    body = html.unescape(look(client, "/metric/nps?touchpoint=web").content.decode())
    (path, *_) = re.findall(r"/metric/nps/behind\?[^\"]*least=10\.0&most=10\.0", body)
    found = look(client, path)
    assert "30 rows" in text(found)
    assert "Only those of 10." in text(found)
    for wrong in ("least=x&most=1", "least=nan&most=nan", "least=9&most=1", "least=1e999&most=1"):
        assert "Only those" not in text(look(client, f"/metric/nps/behind?touchpoint=web&{wrong}"))


def test_a_bar_holds_while_filters_change(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    body = look(signed_in("analyst"), "/metric/nps/behind?touchpoint=web&least=10.0&most=10.0").content.decode()  # fmt: skip
    (form,) = re.findall(r'<form class="filters lens".*?</form>', body, flags=re.DOTALL)
    assert 'name="least" value="10.0"' in form
    assert 'name="most" value="10.0"' in form


@pytest.mark.parametrize("query", ["segment.gone=DK", "channel=gone", "touchpoint=gone"])
@pytest.mark.parametrize("path", ["/", "/metric/nps", "/metric/nps/behind"])
def test_a_filter_that_is_gone_is_told(
    planned: Planned, signed_in: SignedIn, path: str, query: str
) -> None:
    planned()
    client = signed_in("analyst")
    assert "filters by gone , which is gone" in text(look(client, f"{path}?{query}"))
    assert "which is gone" not in text(look(client, f"{path}?segment.country=DK"))


def test_a_filter_holds_from_page_to_page(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    body = look(signed_in("analyst"), "/?segment.country=SE").content.decode()
    assert "/metric?segment.country=SE" in body
    assert "n 30" in body


@pytest.mark.parametrize(
    "query",
    ["segment.nothing=1", "from=2026-13-45", "every=minute", "touchpoint=nowhere", "channel=nowhere",
     "period=..", "segment.country=%27%20OR%20%271%27=%271"],
)  # fmt: skip
def test_an_address_that_is_wrong_filters_nothing_and_harms_nothing(
    planned: Planned, signed_in: SignedIn, query: str
) -> None:
    planned()
    client = signed_in("analyst")
    for path in ("/", "/metric/nps", "/metric/nps/behind", "/compare"):
        assert look(client, f"{path}?{query}").status_code in (200, 422)


@pytest.mark.parametrize(
    "path", ["/metric/nothing", "/touchpoints/nowhere", "/metric/nothing/behind"]
)
def test_what_is_not_there_is_not_found(planned: Planned, signed_in: SignedIn, path: str) -> None:
    planned()
    assert look(signed_in("analyst"), path).status_code == 404


def test_a_mistake_in_the_plan_is_shown_with_its_line(
    planned: Planned, signed_in: SignedIn
) -> None:
    file = planned().project.base / "milepost.yaml"
    file.write_text(file.read_text().replace("every: month", "every: fortnight"))
    found = look(signed_in("manager"), "/")
    assert found.status_code == 422
    assert "milepost.yaml:3" in text(found)


def test_a_company_without_a_plan_is_led_to_one(planned: Planned, signed_in: SignedIn) -> None:
    client = signed_in("manager")
    assert "Make the plan" in text(client.get("/"))
    assert client.get("/metric").headers["Location"].startswith("/plan/start")


def test_looking_writes_nothing(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    client = signed_in("administrator")
    before = Member.objects.count(), View.objects.count()
    for path in PATHS:
        look(client, path)
    assert (Member.objects.count(), View.objects.count()) == before


def test_a_view_is_saved_found_and_deleted(planned: Planned, signed_in: SignedIn) -> None:
    planned()
    client = signed_in("responder")
    client.post("/views", {"title": "My web", "address": "/touchpoints/web?segment.country=DK"})
    assert "/touchpoints/web?segment.country=DK" in look(client, "/").content.decode()
    view = View.objects.get()
    assert Client().post(f"/views/{view.pk}/delete").status_code == 302
    assert View.objects.exists()
    client.post(f"/views/{view.pk}/delete")
    assert not View.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/members", "/metric/../members", "x" * 999],
)
def test_no_view_leads_elsewhere(planned: Planned, signed_in: SignedIn, address: str) -> None:
    planned()
    signed_in("responder").post("/views", {"title": "x", "address": address})
    assert not View.objects.exists()


def test_the_numbers_of_a_page_are_in_the_readers_way_of_writing(
    planned: Planned, signed_in: SignedIn
) -> None:
    planned()
    said = text(look(signed_in("analyst"), "/", headers={"accept-language": "da"}))
    assert re.search(r"\d,\d", said)
