"""One customer's rows over all facts: theirs and nobody else's, the latest first, however many there are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.engine.project import open_project
from milepost.engine.story import MOST, Story, Told
from milepost.insight.answering import made_of

PLAN = """
company: {name: Acme, timezone: Europe/Copenhagen}
every: month
sources:
  - {name: shop, fact: orders, from: orders.csv, columns: {order_id: id, ordered_at: at, amount: amount, customer_id: who}}
  - {name: friends, fact: referrals, from: friends.csv, columns: {referrer_id: who, at: at, referred_id: friend}}
  - name: survey
    fact: responses
    from: survey.csv
    columns: {response_id: id, customer_id: who, answered_at: at}
    attributes: {country: country}
    questions: [{name: recommend, type: nps, score: score}]
"""


def _write(folder: Path, orders: list[tuple[str, str, float]]) -> None:
    lines = [f'{n},{at},{amount},"{who}"' for n, (who, at, amount) in enumerate(orders)]
    (folder / "orders.csv").write_text("\n".join(["id,at,amount,who", *lines]) + "\n", "utf-8")
    (folder / "friends.csv").write_text("who,at,friend\nann,2026-03-01 10:00,bo\n", "utf-8")
    (folder / "survey.csv").write_text(
        "id,who,at,score,country\n1,ann,2026-04-01 10:00,9,DK\n2,bo,2026-04-01 10:00,1,\n", "utf-8"
    )
    (folder / "milepost.yaml").write_text(PLAN, "utf-8")


def _told(folder: Path, who: str) -> Told:
    project = open_project(folder / "milepost.yaml")
    return made_of(project, lambda reader: Story(who).answer(reader))


def test_a_customers_rows_of_every_fact_are_told_with_their_times(tmp_path: Path) -> None:
    _write(tmp_path, [("ann", "2026-02-01 09:30", 12.5), ("bo", "2026-02-02 09:30", 7)])
    found = _told(tmp_path, "ann")
    assert [(row.fact, row.source, row.amount) for row in found.rows] == [
        ("responses", "survey", 9.0), ("referrals", "friends", None), ("orders", "shop", 12.5),
    ]  # fmt: skip
    assert found.counts == (("orders", 1), ("referrals", 1), ("responses", 1))
    assert found.rows[2].at == datetime(2026, 2, 1, 9, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert ("country", "DK") in found.rows[0].what
    assert dict(found.rows[1].what)["referred_id"] == "bo"


def test_of_a_long_story_the_latest_are_told_and_all_are_counted(tmp_path: Path) -> None:
    first = date(2024, 1, 1)
    days = [f"{first + timedelta(days=number)} 12:00" for number in range(MOST + 50)]
    _write(tmp_path, [("ann", day, 1.0) for day in days])
    found = _told(tmp_path, "ann")
    assert len(found.rows) == MOST
    assert dict(found.counts)["orders"] == MOST + 50
    times = [row.at for row in found.rows]
    assert times == sorted(times, reverse=True)
    oldest = min(row.at for row in found.rows if row.fact == "orders").date()
    assert oldest >= first + timedelta(days=50)


def test_what_somebody_said_as_an_employee_is_not_told(tmp_path: Path) -> None:
    _write(tmp_path, [("ann", "2026-02-01 09:30", 12.5)])
    plan = PLAN.replace("type: nps, score: score}]", "type: enps, score: score}]")
    (tmp_path / "milepost.yaml").write_text(plan, "utf-8")
    found = _told(tmp_path, "ann")
    assert "responses" not in dict(found.counts)
    assert {row.fact for row in found.rows} == {"orders", "referrals"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    _write(folder, [("ann", "2026-02-01 09:30", 1.0), ("o'neil", "2026-02-01 09:30", 2.0)])
    return folder


@given(who=st.text(max_size=30) | st.sampled_from(["' OR 1=1 --", "'; DROP VIEW orders; --", "%"]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_customer_is_called_nobody_elses_rows_are_told(shop: Path, who: str) -> None:
    if who not in ("ann", "bo", "o'neil"):
        assert _told(shop, who) == Told()
    assert [row.amount for row in _told(shop, "o'neil").rows] == [2.0]
