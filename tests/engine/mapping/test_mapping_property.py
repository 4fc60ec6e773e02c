"""For any small file and mapping: the account adds up, and agrees with a plain reading of the file."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.mapping.company import Company

CELLS = st.sampled_from(
    [
        "0",
        "1",
        "3",
        "5",
        "7",
        "10",
        "11",
        "12",
        "-1",
        "2.5",
        "",
        " ",
        "x",
        "Blank",
        "99",
        "1e1",
        "a\nb",
        '"',
        "7 ",
    ]
)
KEYS = st.sampled_from(["a", "b", "c", "", "a "])
DAYS = st.sampled_from(["2024-05-01", "2024-02-30", "soon", "", "2024-06-01T10:00:00Z"])
WEIGHTS = st.sampled_from(["1", "0.5", "", "-1", "w", "2"])
ROWS = st.lists(st.tuples(KEYS, DAYS, CELLS, CELLS, WEIGHTS), max_size=12)


@st.composite
def mappings(draw):
    return {
        "key": draw(st.booleans()),
        "weight": draw(st.booleans()),
        "where": draw(st.sampled_from([None, "one <> '3'", "two is not null", "one > 2"])),
        "missing": draw(st.lists(st.sampled_from(["11", "99", "Blank", "0", " "]), max_size=3)),
        "labels": draw(st.sampled_from([{}, {"x": "5"}, {"BLANK": "1"}])),
        "scale": draw(st.sampled_from([(1, 5), (0, 10)])),
        "ragged": draw(st.lists(st.integers(0, 12), max_size=2)),
    }


def written(rows, ragged) -> str:
    out = io.StringIO()
    put = csv.writer(out, lineterminator="\n").writerow
    put(["id", "day", "one", "two", "w"])
    for number, row in enumerate(rows):
        put(row)
        if number in ragged:
            put(["just", "two"])
    return out.getvalue()


def plan_of(acme: Company, how) -> None:
    columns = {"answered_at": "day"}
    columns |= {"response_id": "id"} if how["key"] else {}
    columns |= {"weight": "w"} if how["weight"] else {}
    keys = {"where": how["where"]} if how["where"] else {}
    acme.source(
        **{"from": "s.csv"}, columns=columns, **keys,
        questions=[
            {"name": name, "type": "csat", "score": name, "scale": list(how["scale"]),
             "missing": how["missing"], "labels": how["labels"]}
            for name in ("one", "two")
        ],
    )  # fmt: skip


class Expected:
    """The same, read by the csv module and told in plain Python."""

    def __init__(self, rows, how) -> None:
        self.tally: Counter[str] = Counter()
        self.scores: list[tuple[str, float]] = []
        self.ragged = sum(number in how["ragged"] for number in range(len(rows)))
        seen: set[str] = set()
        for row in rows:
            cells = [cell.strip() or None for cell in row]
            self.tally[self._record(cells, how, seen)] += 1

    def _record(self, cells, how, seen) -> str:
        key, day, one, two, weight = cells
        kept = _kept(how["where"], one, two)
        if kept is None:
            return "rejected"
        if not kept:
            return "excluded"
        if day not in ("2024-05-01", "2024-06-01T10:00:00Z"):
            return "rejected"
        if how["key"] and key is None:
            return "rejected"
        if how["weight"] and weight not in ("1", "0.5", "2"):
            return "rejected"
        if how["key"] and key in seen:
            return "rejected"
        seen.add(key)
        for name, cell in (("one", one), ("two", two)):
            state = _state(cell, how)
            self.tally[f"{name} {'used' if isinstance(state, float) else state}"] += 1
            if isinstance(state, float):
                self.scores.append((name, state))
        return "mapped"


def _kept(where, one, two) -> bool | None:
    if where == "one <> '3'":
        return one is not None and one != "3"
    if where == "two is not null":
        return two is not None
    if where == "one > 2":
        try:
            return one is not None and float(one) > 2
        except ValueError:
            return None
    return True


def _state(cell, how) -> str | float:
    codes = [code.strip() for code in how["missing"]]
    if cell is None or cell in codes:
        return "blank"
    labels = {label.lower(): score for label, score in how["labels"].items()}
    try:
        score = float(labels.get(cell.lower(), cell))
    except ValueError:
        return "rejected"
    low, high = how["scale"]
    return score if low <= score <= high and score == int(score) else "rejected"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, how=mappings())
def test_the_account_agrees_with_a_plain_reading(rows, how):
    folder = Path(tempfile.mkdtemp(prefix="milepost-test-"))
    try:
        acme = Company(folder)
        acme.put("s.csv", written(rows, how["ragged"]))
        plan_of(acme, how)
        account, expected = acme.account(), Expected(rows, how)
        assert account.adds_up
        assert account.records == len(rows) + expected.ragged
        assert account.excluded == expected.tally["excluded"]
        assert account.rejected_records == expected.tally["rejected"] + expected.ragged
        assert account.mapped == expected.tally["mapped"]
        for question in account.questions:
            assert question.used == expected.tally[f"{question.name} used"]
            assert sum(question.not_answered.values()) == expected.tally[f"{question.name} blank"]
            rejected = sum(rejection.count for rejection in question.rejected)
            assert rejected == expected.tally[f"{question.name} rejected"]
        file = folder / "store/facts" / acme.current()["s"]["file"]
        assert pq.read_metadata(file).num_rows == account.rows == len(expected.scores)
        assert sorted(acme.rows("question, score")) == sorted(expected.scores)
        assert len(acme.rejects()) == account.rejected_records + account.rejected_answers
    finally:
        shutil.rmtree(folder)


LINES = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C", ""]), st.sampled_from(["1", "2.5", "-4", "", "x"])),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES)
def test_sums_of_groups_agree_with_a_plain_reading(lines):
    folder = Path(tempfile.mkdtemp(prefix="milepost-test-"))
    try:
        acme = Company(folder)
        acme.put("s.csv", "o,v\n" + "".join(f"{order},{value}\n" for order, value in lines))
        acme.source(
            fact="orders", **{"from": "s.csv"}, group="o", dated="2024-05-01",
            columns={"order_id": "o", "amount": "= coalesce(sum(v), 0)"},
        )  # fmt: skip
        account = acme.account()
        sums: dict[str, float] = {}
        for order, value in lines:
            if order and value != "x":
                sums[order] = sums.get(order, 0) + float(value or 0)
        assert dict(acme.rows("order_id, amount")) == sums
        assert account.rejected_lines == sum(not order or value == "x" for order, value in lines)
        assert (account.groups, account.rows) == (len(sums), len(sums))
    finally:
        shutil.rmtree(folder)


def test_rows_are_counted_by_another_program(acme):
    """What DuckDB alone makes of the file, without any of the mapping."""
    acme.put("s.csv", written([("a", "2024-05-01", str(n % 13), "", "1") for n in range(100)], []))
    plan_of(
        acme,
        {
            "key": False,
            "weight": True,
            "where": None,
            "missing": [],
            "labels": {},
            "scale": (0, 10),
        },
    )
    account = acme.account()
    with duckdb.connect() as con:
        query = "SELECT count(*) FROM read_csv($1) WHERE one BETWEEN 0 AND 10"
        (plain,) = con.execute(query, [str(acme.folder / "s.csv")]).fetchall()
    assert account.questions[0].used == plain[0]
