"""The published JSON Schema accepts what the loader accepts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from milepost.plan.schema import json_schema

EXAMPLE = Path(__file__).with_name("airport.yaml")


def _as_json(value: Any) -> Any:
    """YAML as an editor reads it, with JSON's kinds of keys and values."""
    if isinstance(value, dict):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture
def example():
    return _as_json(yaml.safe_load(EXAMPLE.read_text()))


def test_the_example_obeys_the_schema(example):
    Draft202012Validator.check_schema(json_schema())
    Draft202012Validator(json_schema()).validate(example)


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        (lambda plan: plan.update(evry="month"), "$", "additionalProperties"),
        (lambda plan: plan.update(every="moth"), "$.every", "enum"),
        (lambda plan: plan.pop("company"), "$", "required"),
        (lambda plan: plan["sources"][0]["questions"][0].update(type="npss"),
         "$.sources[0].questions[0].type", "oneOf"),
        (lambda plan: plan["sources"][0]["questions"][0].update(scale=[1]),
         "$.sources[0].questions[0].scale", "anyOf"),
        (lambda plan: plan["sources"][0].pop("from"), "$.sources[0]", "required"),
        (lambda plan: plan["journeys"][0]["touchpoints"][0].update(ease=1),
         "$.journeys[0].touchpoints[0]", "additionalProperties"),
        (lambda plan: plan["company"].update(business_hours={"mondy": "closed"}),
         "$.company.business_hours", "anyOf"),
    ],
)  # fmt: skip
def test_mistakes_are_seen(example, change, place, rule):
    change(example)
    faults = Draft202012Validator(json_schema()).iter_errors(example)
    assert [(fault.json_path, fault.validator) for fault in faults] == [(place, rule)]


def test_it_says_what_it_is():
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"] == "Milepost plan"
    assert "$id" not in schema
    types = schema["$defs"]["Asked"]["properties"]["type"]["oneOf"]
    assert {"const": "nps", "title": "Likelihood to recommend"} in types
