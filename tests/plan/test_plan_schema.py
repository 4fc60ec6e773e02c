"""The published JSON Schema accepts what the loader accepts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from milepost.plan.schema import json_schema

EXAMPLE = Path(__file__).with_name("airport.yaml")
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "") -> list[str]:
    """What of the schema's own vocabulary a value does not obey."""
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    for word in ("anyOf", "oneOf"):
        if word in schema and all(faults(value, way, root, at) for way in schema[word]):
            return [f"{at}: none of {word}"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [f"{at}: not {kinds}"]
    if "const" in schema and value != schema["const"]:
        return [f"{at}: not {schema['const']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: not one of {schema['enum']}"]
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return [f"{at}: not {schema['pattern']}"]
    if isinstance(value, dict):
        return _mapping_faults(value, schema, root, at)
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        ways = [*first, *[schema.get("items", {})] * (len(value) - len(first))]
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**6):
            return [f"{at}: {len(value)} items"]
        return [
            fault
            for i, (item, way) in enumerate(zip(value, ways, strict=True))
            for fault in faults(item, way, root, f"{at}[{i}]")
        ]
    return []


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("integer", "number"):
        return False
    return isinstance(value, TYPES[kind])


def _mapping_faults(
    value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], at: str
) -> list[str]:
    found = [f"{at}: {key} missing" for key in schema.get("required", []) if key not in value]
    for key, inner in value.items():
        patterns = schema.get("patternProperties", {}).items()
        matching = [way for pattern, way in patterns if re.search(pattern, key)]
        extra = schema.get("additionalProperties", {})
        way = schema.get("properties", {}).get(key, matching[0] if matching else extra)
        if way is False:
            found.append(f"{at}: {key} unknown")
        elif way is not True:
            found += faults(inner, way, root, f"{at}.{key}")
        found += faults(key, schema.get("propertyNames", {}), root, f"{at} key {key}")
    return found


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
    schema = json_schema()
    assert faults(example, schema, schema) == []


def test_a_full_validator_agrees(example):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.Draft202012Validator(json_schema()).validate(example)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda plan: plan.update(evry="month"), "evry unknown"),
        (lambda plan: plan.update(every="moth"), "every: not one of"),
        (lambda plan: plan.pop("company"), "company missing"),
        (lambda plan: plan["sources"][0]["questions"][0].update(type="npss"), "none of oneOf"),
        (lambda plan: plan["sources"][0]["questions"][0].update(scale=[1]), "none of anyOf"),
        (lambda plan: plan["sources"][0].pop("from"), "from missing"),
        (lambda plan: plan["journeys"][0]["touchpoints"][0].update(ease=1), "ease unknown"),
    ],
)
def test_mistakes_are_seen(example, change, fault):
    change(example)
    schema = json_schema()
    assert any(fault in found for found in faults(example, schema, schema))


def test_it_says_what_it_is():
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"] == "Milepost plan"
    assert "$id" not in schema
    types = schema["$defs"]["Asked"]["properties"]["type"]["oneOf"]
    assert {"const": "nps", "title": "Likelihood to recommend"} in types
