"""A source that goes away under a running site: pages keep their numbers and say so; others learn no reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from milepost.insight.outline import Outline
from milepost.server.actions.sharing import make
from milepost.server.measuring import child
from milepost.server.measuring.outcome import Found, Refused
from milepost.server.models import Digest, Member
from milepost.server.queries import numbers
from milepost.server.worker.digest_content import content, found_for
from tests.server.seeing.test_pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOURCE = """
  - name: orders
    fact: orders
    from: orders.csv
    columns: {order_id: id, ordered_at: day, amount: amount, customer_id: who}
"""
READ = ("/", "/metric", "/metric/nps", "/touchpoints/web", "/compare?metric=nps",
        "/metric/nps/behind?touchpoint=web")  # fmt: skip
MODULES = ("web.home", "web.metrics", "web.compare", "web.touchpoints", "web.board", "web.shared",
           "web.data", "worker.digest_content")  # fmt: skip


def answered(*askings: Any, seconds: float = 0.0) -> tuple[Any, ...]:
    """What the measuring process says, which is this one here."""
    plan = numbers.plan_file()
    found = [child.measured(plan, numbers.state_of(plan.parent), one, NOW) for one in askings]
    for each in found:
        if isinstance(each, Refused):
            raise numbers.Refusal(each)
    return tuple(each.answer for each in found if isinstance(each, Found))


@pytest.fixture
def site(
    planned: Callable[..., Opened], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:  # fmt: skip
    """A folder of two sources, whose files are looked at for each number."""
    monkeypatch.setattr(child, "_LOOKED", 0.0)
    monkeypatch.setattr(child, "_open", child._Open())
    for module in MODULES:
        monkeypatch.setattr(f"milepost.server.{module}.numbers", answered)
    (tmp_path / "orders.csv").write_text("id,day,amount,who\n1,2026-10-01,9.5,x\n")
    planned(source=SOURCE.strip("\n"), company=", currency: DKK")
    return tmp_path


def test_pages_keep_their_numbers_and_say_so_until_the_source_is_back(
    site: Path, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("analyst")
    before = {path: text(client.get(path)) for path in READ}
    content = (site / "survey.csv").read_bytes()
    (site / "survey.csv").unlink()
    for path in READ:
        page = client.get(path)
        assert page.status_code == 200
        said = text(page)
        assert "Source survey could not be read since 22 Nov 2026, 10:00" in said
        assert "Its numbers are as of" in said
        assert "survey.csv: not found" in said
        assert str(site) not in page.content.decode()
        assert 'href="/data#survey"' in page.content.decode()
        lines = re.findall(r"\d+\.\d", before[path])
        assert [figure for figure in lines if figure not in said] == []
    (site / "survey.csv").write_bytes(content)
    assert {path: text(client.get(path)) for path in READ} == before


def test_a_damaged_source_of_many_leaves_the_others_fresh(
    site: Path, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("responder")
    assert "could not be read" not in text(client.get("/"))
    (site / "orders.csv").write_bytes(b"")
    said = text(client.get("/"))
    assert "Source orders could not be read" in said
    assert "Source survey could not be read" not in said


def test_the_data_page_says_it_at_the_source(
    site: Path, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("analyst")
    client.get("/data")
    (site / "orders.csv").unlink()
    address = client.post("/data/refresh").headers["Location"]
    page = client.get(address)
    said = text(page)
    assert "To look at 1" in said
    assert "cannot be read" in said
    assert "orders.csv: not found" in said
    assert "all below is as it was read before" in said
    assert "1 read = 1 used" in said
    assert str(site) not in page.content.decode()


def test_a_source_that_never_was_read_is_told_as_absent(
    site: Path, signed_in: Callable[[str], Client]
) -> None:
    (site / "orders.csv").unlink()
    client = signed_in("analyst")
    assert "Nothing of it is measured." in text(client.get("/"))
    said = text(client.get("/data"))
    assert "Sources 2" in said
    assert "It was never read under this plan" in said


@pytest.mark.parametrize(("kind", "metric"), [("map", ""), ("board", ""), ("metric", "nps")])
def test_others_learn_that_data_are_older_and_not_why(
    site: Path, member: Callable[[str], Member], kind: str, metric: str
) -> None:
    _, token = make(member("analyst"), title="T", kind=kind, metric=metric, query="", days=30)
    guest = Client()
    assert "are older" not in text(guest.get(f"/shared/{token}"))
    (site / "survey.csv").unlink()
    page = guest.get(f"/shared/{token}")
    assert page.status_code == 200
    assert "Some of the data are older: as of" in text(page)
    body = page.content.decode()
    for secret in ("survey.csv", "not found", str(site), "Source survey", "/data"):
        assert secret not in body


def test_the_board_says_it_without_a_reason(site: Path, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("analyst")
    client.get("/board")
    (site / "survey.csv").unlink()
    page = client.get("/board")
    assert "Some of the data are older: as of" in text(page)
    assert "survey.csv" not in page.content.decode()


def test_a_digest_says_it_in_a_line(site: Path, member: Callable[[str], Member]) -> None:
    made = Digest(member=member("analyst"), query=QueryDict().urlencode(), title="T")
    assert not any("cannot be read" in each for each in content(made, found_for(made))["sentences"])
    (site / "survey.csv").unlink()
    told = content(made, found_for(made))["sentences"][-1]
    assert told.startswith("Source “survey” cannot be read now: its numbers are as of ")
    assert "survey.csv" not in told


def test_what_is_kept_notes_no_history(
    site: Path, planned: Callable[..., Opened], signed_in: Callable[[str], Client]
) -> None:
    opened = planned(source=SOURCE.strip("\n"), company=", currency: DKK")
    opened.measure("nps")
    history = site / "store" / "history.parquet"
    before = history.read_bytes()
    client = signed_in("analyst")
    client.get("/")
    (site / "survey.csv").write_bytes(b"\x00\x01")
    assert "could not be read" in text(client.get("/metric/nps"))
    assert history.read_bytes() == before


def test_the_outline_tells_what_the_engine_keeps(site: Path) -> None:
    (first,) = answered(Outline())
    assert (first.kept, first.older) == ((), None)
    (site / "orders.csv").unlink()
    (second,) = answered(Outline())
    held = child._open.reader
    assert held is not None
    assert second.kept == tuple(held.facts.kept.values())
    assert second.older == held.facts.kept["orders"].built_at
    assert refresh(held.project, keep=True).kept == held.facts.kept
