"""Every metric of the catalogue against its case file: rows in, value out."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import milepost as mp
from milepost.metrics.catalogue import BUILT_IN, CATALOGUE

FOLDER = Path(__file__).parent / "cases"
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]
HEAD = "every: all\nprivacy: {min_group: 1}\n"
PLAN = "company: {name: Acme}\nevery: all\nprivacy: {min_group: 1}\nsources:\n"


def test_every_metric_has_a_case_file() -> None:
    assert {file.stem for file in FOLDER.glob("*.toml")} == {metric.name for metric in CATALOGUE}


@pytest.mark.parametrize(("metric", "case"), CASES)
def test_case(metric: str, case: dict[str, Any], tmp_path: Path) -> None:
    answer = _answer(metric, case, tmp_path)
    if "shares" in case:
        split = BUILT_IN[metric].split
        got = {cell.by[split]: (cell.value, cell.low, cell.high) for cell in answer.cells}
        assert got == {
            name: pytest.approx(tuple(v), abs=1e-7) for name, v in case["shares"].items()
        }
        return
    (cell,) = answer.cells
    assert cell.sums.get("open") == case.get("open", cell.sums.get("open"))
    wanted = [case.get(name) for name in ("value", "low", "high")]
    assert [cell.value, cell.low, cell.high] == [
        None if number is None else pytest.approx(number, rel=1e-7, abs=1e-7) for number in wanted
    ]
    assert cell.n == case["n"]


def _answer(metric: str, case: dict[str, Any], folder: Path) -> Any:
    if "scores" in case:
        scores = [score for score, times in case["scores"].items() for _ in range(times)]
        return mp.measure(
            metric, pa.table({"score": scores}), labels=case.get("labels"),
            missing=case.get("missing", ()), good=case.get("good"),
            scale=tuple(case["scale"]) if "scale" in case else None,
        )  # fmt: skip
    if "files" in case:
        for name, text in case["files"].items():
            (folder / name).write_text(_repeated(text.strip()), encoding="utf-8")
        (folder / "milepost.yaml").write_text(_head(case) + case["plan"], encoding="utf-8")
        return mp.open(folder / "milepost.yaml").measure(metric, **case.get("question", {}))
    plan = _invitations(case, folder) if "invitations" in case else _responses(case, folder)
    (folder / "milepost.yaml").write_text(PLAN + plan, encoding="utf-8")
    return mp.open(folder / "milepost.yaml").measure(metric)


def _repeated(text: str) -> str:
    """The text in which a line that ends with ` * 37` stands 37 times, each with its number for #."""
    lines = []
    for line in text.splitlines():
        line, _, times = line.partition(" * ")
        lines += [line.replace("#", str(number)) for number in range(int(times or 1))]
    return "\n".join(lines) + "\n"


def _head(case: dict[str, Any]) -> str:
    return f"company: {case.get('company', '{name: Acme}')}\n{HEAD}"


def _invitations(case: dict[str, Any], folder: Path) -> str:
    names = ("sent_at", "delivered_at", "answered_at", "completed_at")
    rows = [row for row in case["invitations"] for _ in range(row["times"])]
    _write(folder / "rows.csv", ["id", *names], [
        [number, *(row.get(name, "") for name in names)] for number, row in enumerate(rows)
    ])  # fmt: skip
    columns = ", ".join(f"{name}: {name}" for name in names)
    return (
        "  - {name: sent, fact: invitations, from: rows.csv,"
        f" columns: {{invitation_id: id, {columns}}}}}\n"
    )


def _responses(case: dict[str, Any], folder: Path) -> str:
    given = case["responses"]
    rows = [[n, "2026-09-01", 5, 4, "good"] for n in range(given["commented"])]
    rows += [[1000 + n, "2026-09-01", 5, 4, ""] for n in range(given["silent"])]
    _write(folder / "rows.csv", ["id", "day", "a", "b", "words"], rows)
    return (
        "  - name: survey\n    fact: responses\n    from: rows.csv\n"
        "    columns: {response_id: id, answered_at: day, comment: words}\n"
        "    questions:\n      - {name: a, type: csat, score: a}\n"
        "      - {name: b, type: stars, score: b}\n"
    )


def _write(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
