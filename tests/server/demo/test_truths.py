"""What is planted in the demo shows in Milepost's numbers, and what is not planted is not called real."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from milepost import clock
from milepost.demo.customers import MANY, SCANNED
from milepost.demo.span import TIMEZONE, Span
from milepost.demo.truths import BETTER, NON_TRUTHS, TRUTHS, WORSE, Look, NonTruth
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.cells import Cell
from milepost.insight.measuring import answered
from tests.server.demo.conftest import NOW

# It is a process of its own with a SQLite of its own, whatever the other tests run on.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

LOOKS = [(truth, look) for truth in TRUTHS for look in truth.looks]
REAL = (BETTER, WORSE, "higher", "lower")
ENOUGH = "not enough answers"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(NOW):
        yield


def cell(facts: Reader, look: Look, span: Span) -> Cell:
    cells = answered(facts, look.ask(span)).cells
    (found,) = (one for one in cells if look.shows(one.touchpoint, one.by))
    return found


@pytest.mark.parametrize(
    ("truth", "look"), LOOKS, ids=[f"{t.name}-{n}" for n, (t, _) in enumerate(LOOKS)]
)
def test_a_planted_truth_shows(facts: Reader, span: Span, truth: object, look: Look) -> None:
    found = cell(facts, look, span)
    assert found.verdict == look.verdict
    # The interval of the change agrees with the word.
    low, high = found.against.low, found.against.high
    assert low is not None
    assert high is not None
    assert low > 0 or high < 0


@pytest.mark.parametrize("none", NON_TRUTHS, ids=lambda one: one.name)
def test_what_nothing_was_done_to_is_no_real_change(
    facts: Reader, span: Span, none: NonTruth
) -> None:
    cells = answered(facts, none.ask(span)).cells
    judged = [one for one in cells if one.verdict not in (ENOUGH, "no earlier figure")]
    assert judged, "nothing was compared"
    called = [(one.by, one.period, one.verdict) for one in judged if one.verdict in REAL]
    assert called == []


def test_the_late_parcels_are_those_of_the_file(demo: Path, facts: Reader, span: Span) -> None:
    """Counted by hand from the file: the number on the page is the company's own."""
    look = next(one for _, one in LOOKS if one.question.metrics == ("late_share",))
    table = pq.read_table(demo / "data" / "deliveries.parquet")
    there = table.filter(pc.equal(table["region"], "Jutland")).to_pylist()
    zone, (since, until) = ZoneInfo(TIMEZONE), span.courier
    late = [
        row["late"] for row in there if since <= row["delivered_at"].astimezone(zone).date() < until
    ]
    found = cell(facts, look, span)
    assert found.n == len(late)
    assert found.value == pytest.approx(100 * sum(late) / len(late), rel=1e-12)


def test_the_scorecard_names_the_fall_and_the_gaps(facts: Reader, span: Span) -> None:
    found = answered(facts, Question())
    assert found.scorecard is not None
    by = {(one.touchpoint, one.metric): one for one in found.cells}
    delivery = by["delivery", "csat"]
    assert delivery.since == span.courier[0]
    assert (delivery.verdict, delivery.target_verdict) == (WORSE, "missed")
    assert by["gift", "smileys"].verdict == ENOUGH
    # Asked until it was forgotten, half a year ago: nothing of this month.
    assert ("returns", "csat") not in by


def test_the_scanner_is_counted_apart_and_at_its_account(demo: Path, span: Span) -> None:
    since = datetime.combine(span.scanner, datetime.min.time()).isoformat(" ")
    with sqlite3.connect(demo / ".milepost" / "milepost.db") as con:
        rows = con.execute(
            "SELECT p.account, r.quarantined, count(*) FROM server_response r"
            " JOIN server_person p ON p.id = r.person_id"
            " WHERE r.answered_at >= ? GROUP BY 1, 2", (since,),
        ).fetchall()  # fmt: skip
    con.close()
    counts = {(account, bool(machine)): n for account, machine, n in rows}
    assert counts[SCANNED, True] > 50
    assert (SCANNED, False) not in counts
    others = [
        n for (account, machine), n in counts.items() if machine and account not in ("", SCANNED)
    ]
    assert max(others, default=0) < counts[SCANNED, True] / 10


def test_the_pulse_costs_addresses(demo: Path) -> None:
    """Of all who ever said stop, most were asked by it, though it asks one person in seventy."""
    with sqlite3.connect(demo / ".milepost" / "milepost.db") as con:
        rows = dict(con.execute(
            "SELECT p.name = 'shop-pulse', count(*) FROM server_invitation i"
            " JOIN server_program p ON p.id = i.program_id"
            " WHERE i.closed_because = 'unsubscribed' GROUP BY 1"
        ).fetchall())  # fmt: skip
    con.close()
    assert rows[1] > 2 * rows[0]


def test_the_demo_is_of_the_size_that_is_said(demo: Path) -> None:
    with sqlite3.connect(demo / ".milepost" / "milepost.db") as con:
        ((people,),) = con.execute("SELECT count(*) FROM server_person").fetchall()
        ((left,),) = con.execute("SELECT count(*) FROM server_dirty").fetchall()
    con.close()
    assert people == MANY
    assert left == 0, "what was collected is told to the engine"
    assert not list(demo.parent.glob(".*.partial"))
    assert sum(p.stat().st_size for p in (demo / "data").iterdir()) < 10e6
    assert (demo / "TRUTHS.md").read_text("utf-8").count("## ") == len(TRUTHS) + 1
