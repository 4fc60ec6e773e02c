"""The house's own rules: sizes of functions and modules, one sentence on top, no ceremony names."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.conftest import ROOT

SOURCE = sorted((ROOT / "src").rglob("*.py"))
CEREMONY = ("Manager", "Service", "Helper", "Utils", "Handler")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCE, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_module(path: Path) -> None:
    module = tree(path)
    # A migration is a record, not a room that one lives in.
    if path.parent.name != "migrations":
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert ast.get_docstring(module), "a module opens with a sentence that says what is in it"
    for function in functions(path):
        assert lines(function) <= 60, function.name
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            assert not node.name.endswith(CEREMONY)


def test_functions_are_short() -> None:
    assert median(lines(function) for path in SOURCE for function in functions(path)) <= 12


def test_duckdb_is_opened_in_one_place() -> None:
    """Every connection has the same bounds and settings."""
    opening = [path for path in SOURCE if "duckdb.connect(" in path.read_text(encoding="utf-8")]
    assert opening == [ROOT / "src/milepost/engine/database.py"]
