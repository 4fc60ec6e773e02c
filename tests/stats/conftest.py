"""The reference vectors: figures computed with R and established Python libraries."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("milepost", deadline=None)  # a busy machine is not an error
settings.load_profile("milepost")

VECTORS = Path(__file__).parent.parent / "vectors" / "vectors.json"


@dataclass(frozen=True, slots=True)
class Vector:
    """One reference computation; `inputs` and `expected` are as published."""

    id: str
    inputs: dict[str, Any]
    expected: dict[str, Any]
    tolerance: dict[str, float]

    def check(self, **got: Any) -> None:
        """Every expected figure has to be given, and to lie within the vector's tolerance."""
        assert set(got) == set(self.expected), f"{self.id}: figures missing or unknown"
        misses = [key for key in got if not self.agrees(got[key], self.expected[key])]
        assert not misses, {key: (got[key], self.expected[key]) for key in misses}

    def agrees(self, got: Any, expected: Any) -> bool:
        """|got - expected| <= abs + rel * |expected|; strings, booleans and lengths exactly."""
        if isinstance(expected, list):
            return len(got) == len(expected) and all(map(self.agrees, got, expected))
        if isinstance(expected, bool | str):
            return bool(got == expected)
        margin = self.tolerance["abs"] + self.tolerance["rel"] * abs(expected)
        return bool(abs(got - expected) <= margin)


def read_vectors() -> dict[str, Vector]:
    rows = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    fields = ("id", "inputs", "expected", "tolerance")
    return {row["id"]: Vector(*(row[field] for field in fields)) for row in rows}


@pytest.fixture(scope="session")
def vector() -> Callable[[str], Vector]:
    return read_vectors().__getitem__
