"""Plans as they are written: the good one loads, every mistake of a wrong one is said at once."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.engine.project import open_project
from milepost.errors import PlanError
from milepost.plan.load import read_plan
from tests.plan.wrong_plans import MEANINGS, cases

EXAMPLE = Path(__file__).with_name("airport.yaml")
quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def test_the_example_loads_whole():
    draft = read_plan(EXAMPLE)
    assert draft.findings == ()
    plan = draft.plan
    assert [source.name for source in plan.sources] == [
        "survey_2017", "invoices", "reviews", "spend",
    ]  # fmt: skip
    recommend = plan.sources[0].questions[0]
    assert (recommend.score, recommend.missing) == ("NETPRO", ("11", "", "Blank"))
    assert plan.sources[0].values["language"]["1"] == "English"
    security = plan.touchpoints[0]
    assert [signal.metric for signal in security.perception] == ["ease", "nps"]
    assert security.perception[1].of == "company"
    assert security.review_by == date(2027, 1, 31)
    assert plan.metrics[0].boxes == {"5": (5, 5)}
    assert plan.targets == {"nps": 45}


def test_the_line_of_a_place_or_of_what_is_around_it():
    draft = read_plan(EXAMPLE)
    text = EXAMPLE.read_text().splitlines()
    place = ("journeys", 0, "touchpoints", 0, "targets", "ease")
    assert "targets: {ease: 85}" in text[draft.line(place) - 1]
    assert draft.line((*place, "deeper", 3)) == draft.line(place)
    assert draft.line(("nowhere",)) == draft.line(())
    assert str(draft.finding(place, "what")) == f"{EXAMPLE}:{draft.line(place)}: what"


def test_the_rest_of_a_wrong_plan_is_there_for_further_checks(tmp_path):
    path = tmp_path / "milepost.yaml"
    path.write_text(
        "company: {name: x}\n"
        "journeys:\n"
        "  - name: fly\n"
        "    touchpoints:\n"
        "      - {title: nameless, perception: [csat], targets: {csat: much}}\n"
        "      - {name: gate, perception: [esae]}\n"
    )
    draft = read_plan(path)
    assert [finding.line for finding in draft.findings] == [5, 5]
    place = ("journeys", 0, "touchpoints", 1, "perception", 0)
    assert draft.plan.touchpoints[1].perception[0].metric == "esae"
    assert draft.line(place) == 6


def test_the_parts_in_which_nothing_is_wrong(tmp_path):
    path = tmp_path / "milepost.yaml"
    path.write_text(
        "company: {name: x}\n"
        "journeys:\n"
        "  - name: fly\n"
        "    touchpoints:\n"
        "      - name: gate\n"
        "        targets: {csat: much}\n"
        "      - {name: lounge}\n"
        "every: month\n"
    )
    draft = read_plan(path)
    points = ("journeys", 0, "touchpoints")
    assert not draft.sound(("journeys",))
    assert not draft.sound((*points, 0))
    assert draft.sound((*points, 1))
    assert draft.sound(("every",))
    assert draft.sound(("company",))


def test_names_in_messages_cannot_write_to_the_terminal(tmp_path):
    path = tmp_path / "milepost.yaml"
    path.write_text('company: {name: x}\n"a\\n\\e[31m": 1\n')
    (finding,) = read_plan(path).findings
    assert finding.text.isprintable()


def test_the_gallery_is_large_enough():
    assert sum(len(case.expected) for case in cases()) >= 150


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_every_mistake_is_said_at_once(case, tmp_path):
    path = tmp_path / "milepost.yaml"
    path.write_text(case.plan)
    findings = read_plan(path).findings
    assert [f"{finding.line}: {finding.text}" for finding in findings] == case.expected
    assert {finding.file for finding in findings} == {str(path)}


@pytest.mark.parametrize("case", cases(MEANINGS), ids=lambda case: case.title)
def test_what_metrics_and_questions_bring_out_is_said_at_once(case, tmp_path):
    path = tmp_path / "milepost.yaml"
    path.write_text(case.plan)
    with pytest.raises(PlanError) as told:
        open_project(path)
    findings = told.value.findings
    assert [f"{finding.line}: {finding.text}" for finding in findings] == case.expected


def _only_findings(path: Path) -> None:
    with suppress(PlanError):
        open_project(path)
    draft = read_plan(path)
    assert draft.plan or draft.findings
    for finding in draft.findings:
        assert finding.line >= 1
        assert finding.text.isprintable()


@quick
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_random_text_gives_findings_never_a_traceback(tmp_path, text):
    path = tmp_path / "milepost.yaml"
    path.write_bytes(text.encode())
    _only_findings(path)


@quick
@given(data=st.binary())
def test_random_bytes_give_findings_never_a_traceback(tmp_path, data):
    path = tmp_path / "milepost.yaml"
    path.write_bytes(data)
    _only_findings(path)


FRAGMENTS = EXAMPLE.read_text().replace("{", "\0{\0").replace(",", "\0,\0").replace("}", "\0}\0")
WORDS = st.sampled_from(
    ["[]", "{}", "x", "5", "[5, 1]", "= sum(x)", "{x: y}", "''", "~", "2017-05-01", ",", "\n"]
)


@quick
@given(st.data())
def test_an_example_with_parts_exchanged_gives_findings_never_a_traceback(tmp_path, data):
    parts = FRAGMENTS.split("\0")
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(parts) - 1))
        other = data.draw(st.integers(0, len(parts) - 1))
        parts[place] = data.draw(WORDS | st.just(parts[other]) | st.just(""))
    path = tmp_path / "milepost.yaml"
    path.write_text("".join(parts))
    _only_findings(path)


TREES = st.recursive(
    st.sampled_from(["x", "5", "nps", "= a", "2017-05-01", "high", "responses"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "company",
                    "name",
                    "sources",
                    "fact",
                    "from",
                    "columns",
                    "questions",
                    "type",
                    "score",
                    "scale",
                    "good",
                    "read",
                    "dates",
                    "join",
                    "as",
                    "keys",
                    "rows",
                    "values",
                    "journeys",
                    "touchpoints",
                    "perception",
                    "targets",
                    "not_wanted",
                    "metrics",
                    "boxes",
                    "variant_of",
                    "passed_by",
                    "where",
                    "touchpoint",
                    "facts",
                    "key",
                    "time",
                    "headline",
                    "metric",
                    "of",
                    "within",
                    "headcount",
                    "total",
                    "notes",
                    "day",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=40,
)


@quick
@given(tree=TREES)
def test_any_tree_of_known_words_gives_findings_never_a_traceback(tmp_path, tree):
    path = tmp_path / "milepost.yaml"
    path.write_text(json.dumps(tree))
    _only_findings(path)
