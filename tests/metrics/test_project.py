"""What a plan's questions decide about its metrics: version, good end, scales, the SQL shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.definition import boxes_on, example_sql
from milepost.engine.project import Project, open_project
from milepost.metrics.catalogue import BUILT_IN

PLAN = """
company: {name: Acme}
sources:
  - name: survey
    fact: responses
    from: survey.csv
    columns: {answered_at: day%s}
    questions:
      - {%s}
      - {name: r, type: nps, score: r}
journeys:
  - {name: buy, touchpoints: [{name: web}, {name: desk}, {name: shop}]}
metrics: [{name: top, variant_of: csat, boxes: {5: [5, 5]}}]
"""
CSAT = "name: q, type: csat, score: q, scale: [1, 5], missing: [9, 8], labels: {Good: 4, Bad: 2}"


def opened(folder: Path, question: str = CSAT, columns: str = "") -> Project:
    path = folder / "milepost.yaml"
    path.write_text(PLAN % (columns, question), encoding="utf-8")
    return open_project(path)


def versions(project: Project) -> dict[str, str]:
    return {name: project.version(metric) for name, metric in project.metrics.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("missing: [9, 8]", "missing: [9]"),
        ("Bad: 2", "Bad: 1"),
        ("score: q,", "score: q, good: low,"),
        ("[1, 5]", "[0, 5]"),
    ],
)
def test_a_version_changes_with_how_answers_are_read(tmp_path: Path, old: str, new: str) -> None:
    first = versions(opened(tmp_path))
    # The box of the variant belongs to five points.
    changed = PLAN.replace("boxes: {5: [5, 5]}", "boxes: {6: [5, 5]}") if "[0" in new else PLAN
    question = CSAT.replace(old, new).replace("good: low", "good: low, touchpoint: web")
    if "good: low" in question:
        changed = changed.replace("[5, 5]", "[1, 1]")
    path = tmp_path / "milepost.yaml"
    path.write_text(changed % ("", question), encoding="utf-8")
    second = versions(open_project(path))
    assert {name for name in first if first[name] != second[name]} == {
        "csat", "csat_mean", "csat_net", "top",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[9, 8]", '[8, "9", ""]'),
        ("{Good: 4, Bad: 2}", "{bad: 2, GOOD: 4}"),
        ("score: q,", "score: other, title: How was it, good: high,"),
        ("scale: [1, 5], ", ""),
    ],
)
def test_a_version_stays_where_answers_are_read_alike(tmp_path: Path, old: str, new: str) -> None:
    assert versions(opened(tmp_path, CSAT.replace(old, new))) == versions(opened(tmp_path))


def test_a_version_is_the_catalogues_where_nothing_is_asked(tmp_path: Path) -> None:
    project = opened(tmp_path)
    for name in ("response_rate", "ease", "stars"):
        assert project.version(project.metrics[name]) == project.metrics[name].version
    assert project.version(project.metrics["csat"]) != project.metrics["csat"].version
    assert project.version(project.metrics["csat"]).startswith("csat@")


EASE = "{name: a, type: ease, score: a, scale: [1, 5], good: low, touchpoint: web}"
ELSE = "{name: b, type: ease, score: b, scale: [1, 7], good: high, touchpoint: desk}"


def test_the_good_end_is_that_of_the_questions_at_the_touchpoint(tmp_path: Path) -> None:
    project = opened(tmp_path, f"{CSAT}}}\n      - {EASE}\n      - {ELSE[:-1]}")
    mean, share = project.metrics["ease_mean"], project.metrics["ease"]
    assert project.reach(project.metrics["ease_mean"], "web") == (1.0, 5.0)
    assert project.reach(project.metrics["ease_mean"], "desk") == (1.0, 7.0)
    assert project.asked("ease") == {((1, 5), "low"), ((1, 7), "high")}
    assert [project.good(mean, place) for place in ("web", "desk", None)] == ["low", "high", "high"]
    assert {project.good(share, place) for place in ("web", "desk", None)} == {"high"}


def test_a_number_over_all_touchpoints_has_the_good_end_of_all(tmp_path: Path) -> None:
    project = opened(tmp_path, f"{CSAT}}}\n      - {EASE[:-1]}")
    assert project.good(project.metrics["ease_mean"], None) == "low"
    assert project.good(project.metrics["ces1"], None) == "low"


def test_rows_that_name_their_touchpoint_are_asked_everywhere(tmp_path: Path) -> None:
    project = opened(tmp_path, CSAT, ", touchpoint: place")
    for place in (None, "web", "desk"):
        assert project.reach(project.metrics["csat_mean"], place) == (1.0, 5.0)


def test_the_sql_shown_is_weighted_where_weights_are_mapped(tmp_path: Path) -> None:
    plain = opened(tmp_path)
    csat = plain.metrics["csat"]
    assert "weight" not in example_sql(csat, plain)
    weighted = opened(tmp_path, CSAT, ", weight: w")
    assert "COALESCE(weight, 1)" in example_sql(csat, weighted)
    assert "weight" not in example_sql(weighted.metrics["response_rate"], weighted)
    assert "weight" not in example_sql(csat, None)


def test_the_sql_shown_is_that_of_the_sources_that_bring_the_metric(tmp_path: Path) -> None:
    other = "\n  - {name: other, fact: responses, from: o.csv, columns: {answered_at: t}, questions: []}"
    weighted = opened(tmp_path, CSAT, ", weight: w, comment: why")
    comments = weighted.metrics["comment_share"]
    assert "COALESCE(weight, 1)" in example_sql(comments, weighted)
    assert "_source IN" not in example_sql(comments, weighted).replace('"', "")
    text = (tmp_path / "milepost.yaml").read_text(encoding="utf-8")
    asked = other.replace("questions: []", "questions: [{name: n, type: nps, score: n}]")
    changed = text.replace("\njourneys:", f"{asked}\njourneys:")
    (tmp_path / "milepost.yaml").write_text(changed, encoding="utf-8")
    both = open_project(tmp_path / "milepost.yaml")
    shown = example_sql(both.metrics["comment_share"], both).replace('"', "")
    assert "_source IN ('survey')" in shown
    assert [source.name for source in both.weighing(both.metrics["nps"])] == ["survey", "other"]
    assert [source.name for source in both.weighing(both.metrics["csat"])] == ["survey"]
    assert both.weighing(both.metrics["response_rate"]) == []


def test_what_a_value_can_be(tmp_path: Path) -> None:
    project = opened(tmp_path, CSAT.replace("score: q,", "score: q, touchpoint: web,"))
    for name, reach in {"csat": (0, 1), "csat_mean": (1, 5), "nps": (-1, 1)}.items():
        # Where nothing is asked, such as at the desk, the scales of all places tell.
        assert project.reach(project.metrics[name], "web") == reach
        assert project.reach(project.metrics[name], "desk") == reach
    assert {project.metrics[name].factor for name in ("csat", "nps")} == {100.0}
    assert project.metrics["csat_mean"].factor == 1.0


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("thumbs", ["0-1: top 1, bottom 0"]),
        ("task_completion", ["0-1: top 1, bottom 0"]),
        ("pmf", ["1-3: top 3, bottom 1"]),
        ("stars_high", ["1-5: top 4-5, bottom 1-2", "1-10: top 9-10, bottom 1-2"]),
        ("ces1_low_effort", ["1-5 (low is good): top 1-2, bottom 4-5"]),
        ("csat_mean", []),
    ],
)
def test_the_boxes_shown_are_of_scales_that_occur(name: str, boxes: list[str]) -> None:
    assert [str(on) for on in boxes_on(BUILT_IN[name], None)] == boxes


def test_the_boxes_shown_are_of_the_scales_that_the_plan_asks(tmp_path: Path) -> None:
    project = opened(tmp_path, CSAT.replace("score: q,", "score: q, touchpoint: web,"))
    assert [str(on) for on in boxes_on(project.metrics["top"], project)] == [
        "1-5: top 5, bottom 1-2"
    ]
    low = opened(tmp_path, f"{CSAT}}}\n      - {EASE[:-1]}")
    assert [str(on) for on in boxes_on(low.metrics["ease"], low)] == [
        "1-5 (low is good): top 1-2, bottom 4-5"
    ]
