"""A source that cannot be read keeps its last good numbers, says so, and takes nothing else along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.engine.database import connected
from milepost.engine.facts import Facts, damaged, refresh
from milepost.engine.project import open_project
from milepost.engine.reader import reader
from milepost.errors import DataError, PlanError
from milepost.insight.data_account import DataAccount
from milepost.insight.journey.asking import JourneyMap
from milepost.insight.outline import Outline
from tests.engine.mapping.company import Company

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = {"answered_at": "= make_date(2026, 10, 1)"}
ORDERS = {"order_id": "id", "ordered_at": "day", "amount": "amount", "customer_id": "who"}


@pytest.fixture
def acme(tmp_path: Path) -> Company:
    """Two sources of answers and one of orders, built."""
    made = Company(tmp_path)
    made.plan["company"] = {"name": "Acme", "currency": "EUR"}
    made.put("a.csv", "score\n9\n10\n")
    made.put("b.csv", "score\n3\n")
    made.put("orders.csv", "id,day,amount,who\n1,2026-10-01,9.5,x\n")
    made.source("a", **{"from": "a.csv"}, columns=DAY)
    made.source("b", **{"from": "b.csv"}, columns=DAY)
    made.source("orders", fact="orders", columns=ORDERS, **{"from": "orders.csv"})
    return made


def kept(acme: Company, **options: object) -> Facts:
    return refresh(open_project(acme.write()), keep=True, **options)  # type: ignore[arg-type]


def counted(facts: Facts, fact: str = "responses") -> int:
    with connected() as con:
        return int(reader(con, facts).con.execute(f"SELECT count(*) FROM {fact}").fetchall()[0][0])


def record(acme: Company) -> bytes:
    return (acme.folder / "store/facts/CURRENT.json").read_bytes()


BREAKS: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "empty": lambda file: file.write_bytes(b""),
    "garbled": lambda file: file.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 9),
    "another table": lambda file: file.write_text("colour\nred\n"),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_source_that_breaks_is_measured_as_it_was_last_read(acme: Company, how: str) -> None:
    with clock.at(NOW):
        before = kept(acme)
    assert not before.kept
    BREAKS[how](acme.folder / "b.csv")
    acme.put("a.csv", "score\n9\n10\n8\n")
    later = NOW + timedelta(hours=1)
    with clock.at(later):
        facts = kept(acme)
    told = facts.kept["b"]
    assert (told.source, told.since) == ("b", later)
    assert told.built_at == facts.project.store.built_at(before.built["b"])
    assert facts.built["b"] == before.built["b"]
    assert counted(facts) == 3 + 1
    assert "\n" not in told.why
    assert str(acme.folder) not in told.why
    with pytest.raises((DataError, PlanError)):
        acme.build()


def test_it_is_told_since_it_began_and_the_record_is_left_alone(acme: Company) -> None:
    with clock.at(NOW):
        kept(acme)
        (acme.folder / "b.csv").unlink()
        kept(acme)
    before = record(acme)
    with clock.at(NOW + timedelta(days=2)):
        facts = kept(acme)
    assert facts.kept["b"].since == NOW
    assert record(acme) == before


@pytest.mark.parametrize("same", [True, False])
def test_a_source_that_comes_back_is_used_at_the_next_look(acme: Company, same: bool) -> None:
    kept(acme)
    file = acme.folder / "b.csv"
    file.rename(acme.folder / "aside")
    assert set(kept(acme).kept) == {"b"}
    (acme.folder / "aside").rename(file)
    if not same:
        file.write_text("score\n3\n4\n")
    facts = kept(acme)
    assert not facts.kept
    assert counted(facts) == (3 if same else 4)
    acme.build()
    assert not kept(acme).kept


def test_the_terminal_ends_a_failure_too(acme: Company) -> None:
    kept(acme)
    (acme.folder / "b.csv").rename(acme.folder / "aside")
    kept(acme)
    (acme.folder / "aside").rename(acme.folder / "b.csv")
    acme.build()
    assert b'"failed": {}' in record(acme)


def test_what_fails_is_not_read_again_at_every_look(acme: Company) -> None:
    kept(acme)
    acme.put("b.csv", b"\x00\x01" * 900)
    tried: list[str] = []

    def look(minutes: float, again: datetime | None = None) -> bool:
        tried.clear()
        with clock.at(NOW + timedelta(minutes=minutes)):
            facts = kept(acme, again=again, progress=lambda s, *_: tried.append(s))
        assert facts.kept["b"].since == NOW
        return bool(tried) or facts.project.store.current().failed["b"].tried > NOW + timedelta(
            minutes=minutes - 0.01
        )

    assert look(0)
    assert not look(1)
    assert not look(4)
    assert look(6)
    assert not look(7, again=NOW + timedelta(minutes=5))
    assert look(8, again=NOW + timedelta(minutes=8))


def test_a_changed_mapping_that_does_not_fit_is_an_error(acme: Company) -> None:
    kept(acme)
    acme.plan["sources"][1]["where"] = "colour = 'red'"
    with pytest.raises(PlanError, match="colour"):
        kept(acme)


def test_numbers_of_another_mapping_are_not_kept(acme: Company) -> None:
    kept(acme)
    (acme.folder / "b.csv").unlink()
    acme.plan["sources"][1]["where"] = "score > 5"
    facts = kept(acme)
    assert (facts.kept["b"].built_at, set(facts.built)) == (None, {"orders"})
    del acme.plan["sources"][1]["where"]
    assert counted(kept(acme)) == 3


def test_a_source_that_was_never_read_is_left_out_where_it_is_its_whole_fact(
    acme: Company,
) -> None:
    (acme.folder / "orders.csv").unlink()
    facts = kept(acme)
    assert facts.kept["orders"].built_at is None
    assert set(facts.built) == {"a", "b"}
    with connected() as con, clock.at(NOW):
        held = reader(con, facts)
        contents = Outline().answer(held)
        assert JourneyMap(None, None, None).answer(held).answer.cells
        accounts = DataAccount(NOW).answer(held)
    assert contents.kept == tuple(facts.kept.values())
    assert "nps" in {each.name for each in contents.metrics}
    assert "order" not in " ".join(each.fact for each in contents.metrics)
    assert [each.source for each in accounts.absent] == ["orders"]
    assert [each.line for each in accounts.sources] == [
        facts.project.draft.line(("sources", n)) for n in (0, 1)
    ]


def test_a_part_of_a_fact_is_never_told_as_the_whole(acme: Company) -> None:
    (acme.folder / "b.csv").unlink()
    facts = kept(acme)
    assert set(facts.built) == {"orders"}
    assert "'b' is of the same fact and cannot be read" in facts.kept["a"].why
    assert [each.name for each in facts.project.plan.sources] == ["orders"]
    acme.put("b.csv", "score\n3\n")
    assert not kept(acme).kept


def test_without_any_source_there_is_an_error(acme: Company) -> None:
    for name in ("a.csv", "b.csv", "orders.csv"):
        (acme.folder / name).unlink()
    with pytest.raises(DataError, match=r"a\.csv: not found"):
        kept(acme)


def test_kept_facts_that_are_damaged_are_not_told(acme: Company) -> None:
    kept(acme)
    (acme.folder / "orders.csv").unlink()
    facts = kept(acme)
    file = facts.project.store.facts / facts.built["orders"].file
    content = file.read_bytes()
    file.write_bytes(content[:4] + b"\xff" * (len(content) - 8) + content[-4:])
    assert damaged(facts.project, facts) == ["orders"]
    assert kept(acme).kept["orders"].built_at is None


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(-1, 11), max_size=4), min_size=1, max_size=3))
def test_with_nothing_broken_keeping_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, tables: list[list[int]]
) -> None:
    made = Company(tmp_path_factory.mktemp("acme"))
    for number, scores in enumerate(tables):
        made.put(f"{number}.csv", "\n".join(["score", *map(str, scores)]) + "\n")
        made.source(f"s{number}", **{"from": f"{number}.csv"}, columns=DAY)
    mild = kept(made)
    left = record(made)
    strict = refresh(open_project(made.write()))
    assert (mild.built, mild.kept) == (strict.built, strict.kept)
    assert record(made) == left


_LOOK = """
import sys
from pathlib import Path
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
print("ready", flush=True)
while True:
    refresh(open_project(Path(sys.argv[1])), keep=True)
"""


def test_looks_of_two_processes_that_are_killed_leave_a_whole_state(acme: Company) -> None:
    plan, file = acme.write(), acme.folder / "b.csv"
    kept(acme)
    for turn in range(3):
        looking = [
            subprocess.Popen(
                [sys.executable, "-c", _LOOK, str(plan)], stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        for each in looking:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        until = time.monotonic() + 0.8
        while time.monotonic() < until:
            if file.exists():
                file.unlink()
            else:
                file.write_text(f"score\n{turn}\n3\n")
            time.sleep(0.03)
            found = open_project(plan).store.current()
            assert set(found.sources) == {"a", "b", "orders"}
        for each in looking:
            os.kill(each.pid, signal.SIGKILL)
            each.communicate()
    file.unlink(missing_ok=True)
    assert counted(kept(acme)) in (3, 4)
    file.write_text("score\n3\n")
    facts = kept(acme)
    assert not facts.kept
    assert counted(facts) == 3
