"""Frames as they come: what can be measured is right, what cannot is one line."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import milepost as mp
from milepost.errors import DataError, MilepostError, QuestionError

FRAME = pd.DataFrame({"score": [1, 2, 3, 4, 5] * 10, "land": ["DK", "SE"] * 25})
ROWS = {"score": [5, 4, 1], "land": ["DK", "SE", "DK"]}


@pytest.mark.parametrize("name", ["= now()", "*x", ' my "x" ', "0", "a\nb"])
def test_a_columns_name_is_only_a_name(name: str) -> None:
    (cell,) = mp.measure("csat", FRAME.rename(columns={"score": name}), score=name).cells
    assert (cell.value, cell.n) == (40.0, 50)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(ROWS).astype({"land": "category", "score": "category"}),
        pl.DataFrame(ROWS).with_columns(pl.col("land").cast(pl.Categorical)),
        pa.table({"score": ROWS["score"], "land": pa.array(ROWS["land"]).dictionary_encode()}),
    ],
)
def test_categories_are_their_values(frame: Any) -> None:
    cells = mp.measure("csat", frame, by="land").cells
    assert [(cell.by, cell.n) for cell in cells] == [({"land": "DK"}, 2), ({"land": "SE"}, 1)]


def test_columns_that_are_not_needed_do_no_harm() -> None:
    mixed = FRAME.assign(mixed=[1, "a"] * 25, lists=[[1]] * 50)
    assert mp.measure("csat", pd.concat([mixed, FRAME[["land"]]], axis=1)).cells[0].n == 50


@pytest.mark.parametrize(
    "frame", [FRAME[:0], pd.DataFrame({"score": []}), pl.DataFrame({"score": []})]
)
def test_an_empty_frame_is_no_error(frame: Any) -> None:
    answer = mp.measure("csat", frame)
    assert (answer.cells, answer.notes) == ((), ("the frame holds no rows",))
    assert answer.table() == "nothing to measure here\nthe frame holds no rows"


def test_the_segments_keep_their_names_in_every_format() -> None:
    answer = mp.measure("csat", FRAME, by="land")
    assert answer.to_arrow().column_names[-1] == "by.land"
    assert "by land" in answer.table()
    assert mp.measure("csat", FRAME[:0], by="land").to_arrow().column_names[-1] == "by.land"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"metrics": "ease", "scale": (1, 5)}, "type ease needs 'good', high or low"),
        ({"metrics": "ease", "good": "high"}, "type ease needs 'scale', such as [1, 5]"),
        ({"good": "up"}, "good 'up' is unknown; known: high, low"),
        ({"scale": (5, 1)}, "has its ends swapped"),
        ({"scale": (1, 1)}, "has one point"),
        ({"scale": (1, 5.5)}, "is not two whole numbers, such as (1, 5)"),
        ({"scale": "15"}, "is not two whole numbers"),
        ({"scale": (1,)}, "is not two whole numbers"),
        ({"missing": "Blank"}, "missing 'Blank' is not a list"),
        ({"labels": ["x"]}, "is not a mapping"),
        ({"labels": {"good": "x"}}, "'x' for 'good' is not a number"),
        ({"by": "lnad"}, "column 'lnad' is unknown; did you mean 'land'?"),
        ({"by": 5}, "by takes a name"),
        ({"score": 0}, "score 0 is not a column's name"),
        ({"every": "quarter"}, "every 'quarter' needs time"),
        ({"frame": pl.LazyFrame(ROWS)}, "a LazyFrame holds no rows yet; .collect() it first"),
        ({"every": "fortnight"}, "every 'fortnight' is unknown"),
        ({"against": "foo"}, "against 'foo' is unknown"),
        ({"confidence": 95}, "confidence 95 is not"),
        ({"metrics": ""}, "metrics takes names"),
        ({"frame": FRAME.assign(score=[[1]] * 50)}, "column 'score' holds list<"),
        ({"frame": pd.concat([FRAME, FRAME], axis=1)}, "Duplicate column names found"),
        ({"frame": FRAME.assign(score=[1, "a"] * 25)}, "Could not convert 'a'"),
        ({"frame": pa.table([[1], [2]], names=["score", "score"])}, "is there twice"),
        ({"frame": pd.DataFrame()}, "column 'score' is unknown; there are none"),
        ({"frame": None}, "a NoneType cannot be measured; give"),
    ],
)
def test_what_cannot_be_measured_is_one_line(given: dict[str, Any], text: str) -> None:
    with pytest.raises(MilepostError) as error:
        mp.measure(**({"metrics": "csat", "frame": FRAME} | given))
    assert isinstance(error.value, QuestionError)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("role", "value", "reason"),
    [
        ("time", "soon", "answered_at: not a date"),
        ("time", None, "answered_at: blank"),
        ("weight", -1.0, "weight: a weight below zero"),
        ("weight", math.inf, "weight: not a number"),
    ],
)
def test_rows_that_are_left_out_say_why(role: str, value: object, reason: str) -> None:
    with pytest.raises(DataError, match=f"no row can be measured: 50 rows left out: {reason}"):
        mp.measure("csat", FRAME.assign(role=[value] * 50), **{role: "role"})
    good = "2026-01-01" if role == "time" else 1.0
    some = mp.measure("csat", FRAME.assign(role=[value, good] * 25), **{role: "role"})
    assert some.cells[0].n == 25
    assert some.notes[0].startswith(f"25 rows left out: {reason}")


@pytest.mark.parametrize("path", [None, 5, b"milepost.yaml"])
def test_what_is_no_path_is_one_line(path: Any) -> None:
    with pytest.raises(QuestionError, match="is not a plan's path, such as"):
        mp.open(path)


def test_the_names_are_listed() -> None:
    assert {"measure", "open", "__version__"} <= set(dir(mp))
