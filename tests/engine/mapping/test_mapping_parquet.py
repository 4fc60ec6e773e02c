"""Columns of Parquet with types of their own: each gives its right value, or is rejected as what it is."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SPAN = dt.timedelta(seconds=90.5)
CLOCK = dt.time(0, 1, 30)
NOON = dt.datetime(2024, 7, 1, 12, 30)  # noqa: DTZ001 -- such files hold naive times
DAY = {"at": "= make_date(2024, 5, 1)"}


def contacts(acme, values, **columns: str) -> list[dict[str, str]]:
    """Build contacts of one typed column `v`; gives the rejects."""
    table = pa.table({"id": [str(n) for n in range(len(values))], "v": values})
    pq.write_table(table, acme.folder / "s.parquet")
    acme.source(
        fact="contacts", **{"from": "s.parquet"}, columns={"contact_id": "id", **DAY, **columns},
        attributes={"shown": "v"}, read={"timezone": "Europe/Rome"},
    )  # fmt: skip
    acme.build()
    return acme.rejects()


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_durations_are_seconds(acme, unit):
    assert not contacts(acme, pa.array([SPAN, None], pa.duration(unit)), handle_seconds="v")
    assert acme.rows("handle_seconds, shown") == [(90.5, "90.5"), (None, None)]


def test_durations_in_whole_seconds_and_in_expressions(acme):
    span = pa.array([dt.timedelta(seconds=90)], pa.duration("s"))
    contacts(acme, span, handle_seconds="= v * 2")
    assert acme.rows("handle_seconds, shown") == [(180.0, "90")]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([CLOCK], pa.time32("s")),
        pa.array([CLOCK], pa.time64("us")),
        pa.array([CLOCK], pa.time64("ns")),
        pa.array([Decimal("90.00")], pa.decimal128(10, 2)),
        pa.array([Decimal("90")], pa.decimal256(50, 2)),
        pa.array([np.float16(90)], pa.float16()),
        pa.array([90], pa.uint64()),
        pa.array(["90"]).dictionary_encode(),
        pa.array([b"90"], pa.binary()),
        pa.array(["0:01:30"], pa.large_string()),
    ],
    ids=lambda values: str(values.type),
)
def test_clocks_and_numbers_of_any_type_are_seconds(acme, values):
    assert not contacts(acme, values, handle_seconds="v")
    assert acme.rows("handle_seconds") == [90.0]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pa.array([b"caf\xc3\xa9"]), "café"),
        (pa.array([b"ab\xff"]), "ab\\xFF"),
        (pa.array([uuid.UUID(int=5).bytes], pa.uuid()), str(uuid.UUID(int=5))),
        (pa.array([2**64 - 1], pa.uint64()), str(2**64 - 1)),
        (pa.array([[1, 2]]), "[1, 2]"),
        (pa.array([{"a": 1}]), "{'a': 1}"),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "{a=1}"),
        (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.nulls(1), None),
    ],
    ids=str,
)
def test_what_is_no_number_is_text_and_no_seconds(acme, values, shown):
    rejects = contacts(acme, values, handle_seconds="v", topic="v")
    if shown is None:
        assert acme.rows("shown, handle_seconds") == [(None, None)]
    else:
        (reject,) = rejects
        assert (reject["column"], reject["value"]) == ("handle_seconds", shown)
        acme.plan["sources"][0]["columns"].pop("handle_seconds")
        acme.build()
        assert acme.rows("shown, topic") == [(shown, shown)]


@pytest.mark.parametrize(
    "type_",
    [
        pa.timestamp("ms"),
        pa.timestamp("us"),
        pa.timestamp("ns"),
        pa.timestamp("us", "Europe/Berlin"),
        pa.timestamp("ns", "UTC"),
    ],
    ids=str,
)
def test_a_time_without_a_zone_is_local(acme, type_):
    contacts(acme, pa.array([NOON], type_), at="v")
    moment = "2024-07-01 12:30:00+00" if type_.tz else "2024-07-01 10:30:00+00"
    assert acme.rows('"at"::VARCHAR') == [moment]


def test_a_day_is_that_day_for_the_company(acme):
    contacts(acme, pa.array([NOON.date()]), at="v")
    assert acme.rows("day") == [NOON.date()]
