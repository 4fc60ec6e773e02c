"""The tables for programs: the same columns and types for every answer, empty ones too."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.engine.question import Question
from milepost.insight.cells import Against, Beside, CourseOf, GrowthOf
from milepost.insight.columns import flat, schema
from tests.insight.test_display import answer, cell

FULL = cell(
    by={"land": "DK"}, target=80.0, target_verdict="met",
    beside=Beside("csat_mean", "CSAT, mean", "score", 4.07),
    course=CourseOf("rising", 0.5, 0.01, 0.02, (1.0, 2.0)),
    against=Against("previous", date(2016, 1, 1), 37.0, growth=GrowthOf(7.0, 1.0, 13.0)),
)  # fmt: skip
BARE = cell(
    None, by={"land": None}, low=None, high=None, method=None, n=None, n_eff=None, clusters=None,
    respondents=None, sums=None, against=Against("previous"), detectable=None,
)  # fmt: skip


@pytest.mark.parametrize("cells", [(), (BARE,), (FULL,), (FULL, BARE)])
def test_columns_and_types_never_vary(cells: tuple[object, ...], tmp_path) -> None:
    found = answer(*cells, question=Question(by=("land",))).to_arrow()
    assert found.schema == schema(["land"])
    assert pa.null() not in found.schema.types
    pq.write_table(found, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").schema == found.schema


def test_every_column_is_filled_from_a_cell() -> None:
    assert set(flat(FULL)) == set(schema(["land"]).names)


def test_segments_come_last_as_they_were_asked() -> None:
    question = Question(by=("b", "a"))
    assert answer(question=question).to_arrow().column_names[-2:] == ["by.b", "by.a"]
    header = answer(question=question).to_csv()
    assert header.startswith("metric,definition,title,unit,good,touchpoint,")
    assert header.endswith(",beside.metric,beside.value,by.b,by.a\n")


def test_days_and_the_course_in_a_table() -> None:
    (row,) = answer(FULL, question=Question(by=("land",))).to_arrow().to_pylist()
    assert (row["since"], row["against.since"]) == (date(2017, 1, 1), date(2016, 1, 1))
    assert (row["course.verdict"], row["course.slope"], row["course.q"]) == ("rising", 0.5, 0.02)
    assert (row["beside.metric"], row["beside.value"]) == ("csat_mean", 4.07)
    assert (row["target"], row["target.verdict"], row["by.land"]) == (80.0, "met", "DK")


def test_pandas_takes_an_empty_answer() -> None:
    frame = answer(question=Question(by=("land",))).to_pandas()
    assert (len(frame), frame["value"].dtype.kind) == (0, "f")
