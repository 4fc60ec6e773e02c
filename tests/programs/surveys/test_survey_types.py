"""Survey types agree with the plan's questions, with the metrics and with the shipped texts."""

from __future__ import annotations

import pytest

from milepost.metrics.catalogue import CATALOGUE
from milepost.plan.questions import BY_NAME as QUESTIONS
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.locales import shipped
from milepost.programs.surveys.survey_types import SURVEY_TYPES, SurveyType

SCORED = [kind for kind in SURVEY_TYPES if kind.scale]


@pytest.mark.parametrize("kind", SCORED, ids=lambda kind: kind.name)
def test_every_score_is_in_exactly_one_class(kind: SurveyType) -> None:
    assert kind.scale
    low, high = kind.scale
    spans = sorted((each.least, each.most) for each in kind.classes)
    assert [score for least, most in spans for score in range(least, most + 1)] == list(
        range(low, high + 1)
    )


@pytest.mark.parametrize("kind", SCORED, ids=lambda kind: kind.name)
def test_the_best_and_the_worst_class_are_the_boxes_of_the_metric(kind: SurveyType) -> None:
    assert kind.scale
    rules = [each.boxes for each in CATALOGUE if each.question_type == kind.question and each.boxes]
    assert rules
    for rule in rules:
        boxes = rule.of(kind.scale, good=kind.good)
        assert (kind.classes[0].least, kind.classes[0].most) == boxes.top
        assert (kind.classes[-1].least, kind.classes[-1].most) == boxes.bottom


@pytest.mark.parametrize("kind", SCORED, ids=lambda kind: kind.name)
def test_the_scale_is_one_that_the_plan_knows(kind: SurveyType) -> None:
    question = QUESTIONS[kind.question]
    assert not question.scales or kind.scale in question.scales
    assert question.scale in (kind.scale, None)


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_the_low_class_is_at_the_bad_end(kind: SurveyType) -> None:
    assert kind.low in (None, *(each.name for each in kind.classes[-1:]))


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_the_shipped_texts_of_a_type_are_all_that_it_can_say(kind: SurveyType) -> None:
    survey = parse({"name": "a", "title": "A", "type": kind.name})
    classes = [each.name for each in kind.classes]
    expected = {"question", "subject", *(f"thanks.{name}" for name in classes or ["any"])}
    expected |= {f"why.{name}" for name in [*classes, "any"] if survey.kind.why != ("none",)}
    expected |= {f"options.{name}" for name in kind.options}
    expected |= {"low", "high"} if kind.drawn in ("scale", "stars", "smileys") else set()
    start = f"{kind.name}."
    assert {key.removeprefix(start) for key in shipped("en") if key.startswith(start)} == expected


def test_every_kind_of_experience_can_be_asked_about() -> None:
    assert {kind.name for kind in SURVEY_TYPES} == {
        "nps", "csat", "ces1", "ces2", "stars", "smileys", "thumbs", "ease", "pmf", "enps",
        "task", "intent", "wish", "exit",
    }  # fmt: skip
