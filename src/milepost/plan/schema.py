"""The plan's JSON Schema, so that an editor completes and checks milepost.yaml while one types."""

from __future__ import annotations

from typing import Any

from milepost.plan import facts, questions
from milepost.plan.model import Plan


def json_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) of the plan as it is written in YAML."""
    schema = Plan.model_json_schema(by_alias=True, mode="validation")
    parts = schema["$defs"]
    asked = parts["Asked"]["properties"]
    asked["type"]["oneOf"] = [
        {"const": kind.name, "title": kind.title} for kind in questions.QUESTION_TYPES
    ]
    for part in ("Source", "Passed"):
        # A plan may have facts of its own, so these are suggestions.
        fact = parts[part]["properties"]["fact"]
        fact["anyOf"] = [{"enum": [shape.name for shape in facts.FACTS]}, {"type": "string"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Milepost plan",
    }
