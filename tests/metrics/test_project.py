"""What a plan's questions decide about its metrics: version, good end, scales, the SQL shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.definition import example_sql
from milepost.engine.project import Project, open_project

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
    assert project.asked_at("ease", "web") == {((1, 5), "low")}
    assert project.asked_at("ease", "desk") == {((1, 7), "high")}
    assert project.asked_at("ease", None) == project.asked_at("ease", "shop") == set()
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
        assert project.asked_at("csat", place) == {((1, 5), "high")}


def test_the_sql_shown_is_weighted_where_weights_are_mapped(tmp_path: Path) -> None:
    plain = opened(tmp_path)
    csat = plain.metrics["csat"]
    assert "weight" not in example_sql(csat, plain)
    weighted = opened(tmp_path, CSAT, ", weight: w")
    assert "COALESCE(weight, 1)" in example_sql(csat, weighted)
    assert "weight" not in example_sql(weighted.metrics["response_rate"], weighted)
    assert "weight" not in example_sql(csat, None)
