"""The catalogue as a whole: definitions are complete, versions mean something, variants vary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlglot

from milepost.engine.definition import example_sql
from milepost.metrics import boxes
from milepost.metrics.boxes import Boxes, general
from milepost.metrics.catalogue import BUILT_IN, CATALOGUE
from milepost.metrics.definition import Metric
from milepost.plan.facts import BY_NAME as FACTS
from milepost.plan.questions import QUESTION_TYPES
from tests.insight.company import answers, company


def test_names_are_unique_and_every_scored_question_type_has_a_metric() -> None:
    assert len(BUILT_IN) == len(CATALOGUE)
    measured = {metric.question_type for metric in CATALOGUE}
    assert {kind.name for kind in QUESTION_TYPES} - measured == {"choice", "number", "text"}


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_definition(metric: Metric) -> None:
    assert metric.fact in FACTS or metric.fact == "passings"
    assert len(metric.label) <= 18
    assert metric.words.endswith(".")
    assert metric.source
    assert metric.beside is None or metric.beside in BUILT_IN
    for text in (*metric.sums.values(), metric.where):
        assert not sqlglot.parse_one(text, dialect="duckdb").find(sqlglot.exp.Div)
    assert example_sql(metric, None).startswith("SELECT")


def test_a_version_is_of_what_decides_the_number() -> None:
    csat = BUILT_IN["csat"]
    assert replace(csat, words="Other words.", title="Other").version == csat.version
    changed = [
        replace(csat, boxes=boxes.AGREEMENT),
        replace(csat, where="question_type = 'esat'"),
        replace(csat, sums={**csat.sums, "top": "sum(in_bottom)"}),
        replace(csat, revision=2),
    ]
    assert len({csat.version, *(metric.version for metric in changed)}) == 5


def test_a_variant_with_its_own_boxes(tmp_path: Path) -> None:
    rows = answers(date(2026, 10, 1), [5] * 30 + [4] * 50 + [1] * 20)
    plan = company(
        tmp_path, rows, type="csat",
        top="metrics: [{name: csat_top1, variant_of: csat, title: Very satisfied, boxes: {5: [5, 5]}}]",
    )  # fmt: skip
    top, both = (plan.measure(name, every="all").cells[0] for name in ("csat_top1", "csat"))
    assert (top.value, both.value) == (30.0, 80.0)
    assert (top.title, both.title) == ("Very satisfied", "Customer satisfaction, top boxes")
    assert top.definition != both.definition


@pytest.mark.parametrize(
    ("key", "scale", "top"),
    [
        ("5", (1, 5), (5, 5)),
        ("11", (0, 10), (8, 10)),
        ("0-10", (0, 10), (8, 10)),
        ("2", (0, 1), (1, 1)),
    ],
)
def test_boxes_are_named_by_scale_or_number_of_points(
    key: str, scale: tuple[int, int], top: tuple[int, int]
) -> None:
    assert boxes.ENDS.with_top({key: top}).of(scale, good="high").top == top


def test_a_box_is_written_with_the_scores_as_they_are_asked() -> None:
    rule = boxes.AGREEMENT.with_top({"5": (1, 1)})
    assert rule.of((1, 5), good="low") == Boxes(top=(1, 1), bottom=(4, 5))


@pytest.mark.parametrize("key", ["abc", "1-5-9", "5-1", "", "5"])
def test_a_box_of_no_scale_changes_nothing(key: str) -> None:
    assert boxes.ENDS.with_top({key: (3, 3)}) == boxes.ENDS


@pytest.mark.parametrize("scale", [(0, 1), (1, 3), (1, 4), (1, 5), (1, 7), (0, 10), (1, 10)])
def test_the_ends_of_a_scale_never_overlap_and_mirror(scale: tuple[int, int]) -> None:
    for rule in (boxes.ENDS, boxes.NPS, boxes.AGREEMENT, boxes.HIGHEST):
        high, low = rule.of(scale, good="high"), rule.of(scale, good="low")
        assert high.bottom[1] < high.top[0]
        assert high.top[1] == scale[1]
        assert high.bottom[0] == scale[0]
        ends = scale[0] + scale[1]
        assert low == Boxes(
            (ends - high.top[1], ends - high.top[0]), (ends - high.bottom[1], ends - high.bottom[0])
        )


def test_the_general_rule() -> None:
    assert general((1, 9)) == Boxes((8, 9), (1, 2))
