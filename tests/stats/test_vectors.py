"""No reference vector is skipped in silence."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from .conftest import VECTORS, Vector, read_vectors


def test_every_vector_is_used_by_a_test():
    strings = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
        strings |= {node.value for node in constants if isinstance(node.value, str)}
    assert set(read_vectors()) - strings == set()


def test_the_file_counts_its_vectors():
    content = json.loads(VECTORS.read_text(encoding="utf-8"))
    ids = [row["id"] for row in content["vectors"]]
    assert len(set(ids)) == len(ids) == content["meta"]["n_vectors"]


def test_a_comparison_leaves_no_figure_out_and_takes_no_wrong_one():
    case = Vector("x", {}, {"low": [1.0, 2.0], "ok": True}, {"abs": 0.1, "rel": 0.0})
    case.check(low=[1.05, 2.0], ok=True)
    for wrong in ({"low": [1.0, 2.0]}, {"low": [1.2, 2.0], "ok": True}, {"low": [1.0], "ok": True}):
        with pytest.raises(AssertionError):
            case.check(**wrong)
    with pytest.raises(AssertionError):
        case.check(low=[float("nan"), 2.0], ok=True)
