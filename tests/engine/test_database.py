"""Connections: bounds that no query may move, a spill that works, complaints in one line."""

from __future__ import annotations

import duckdb
import pytest

from milepost.engine import database, passing
from milepost.engine.database import connected, said
from milepost.engine.project import open_project


@pytest.mark.parametrize(
    "setting",
    ["memory_limit = '8GB'", "temp_directory = '/'", "autoload_known_extensions = true",
     "lock_configuration = false", "TimeZone = 'Europe/Rome'"],
)  # fmt: skip
def test_nothing_changes_a_connections_settings(setting):
    with connected() as con, pytest.raises(duckdb.InvalidInputException, match="locked"):
        con.execute(f"SET {setting}")


def test_what_memory_does_not_hold_spills_and_is_gone_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "MEMORY", "100MB")
    with connected(tmp_path) as con:
        con.execute(
            "CREATE TEMP TABLE t AS SELECT hash(range) AS a, range AS b FROM range(10000000)"
        )
        assert any((tmp_path / "spill").iterdir())
        assert con.execute("SELECT count(*) FROM t").fetchone() == (10_000_000,)
    assert not (tmp_path / "spill").exists() or not any((tmp_path / "spill").iterdir())


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT x", 'Referenced column "x" was not found because the FROM clause is missing'),
        ("SELECT 'a'::INT", "Could not convert string 'a' to INT32"),
        ("SELEC", 'syntax error at or near "SELEC"'),
    ],
)
def test_a_complaint_is_one_line_without_its_kind(query, line):
    with connected() as con, pytest.raises(duckdb.Error) as caught:
        con.execute(query)
    assert said(caught.value) == line


def test_a_complaint_without_words_is_no_crash():
    assert said(duckdb.Error("")) == ""


def test_a_plan_without_conditions_opens_without_a_connection(tmp_path, monkeypatch):
    def refuse():
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(passing, "connected", refuse)
    plan = tmp_path / "milepost.yaml"
    plan.write_text(
        "company: {name: x}\n"
        "journeys: [{name: j, touchpoints: [{name: a, passed_by: {fact: visits}}]}]\n"
        "sources:\n"
        "  - {name: v, fact: visits, from: v.csv, columns: {visit_id: a, started_at: b}}\n",
        "utf-8",
    )
    assert open_project(plan).plan.touchpoints
