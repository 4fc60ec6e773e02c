"""The terminal as a person uses it: real processes, their output, their exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT

HEAVY = ("duckdb", "numpy", "pandas", "pyarrow", "pydantic", "rich", "scipy", "sqlglot", "yaml")


def run(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from milepost.cli import main; main()", *words],
        cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def airport(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "airport"
    shutil.copytree(ROOT / "examples" / "airport", folder, ignore=shutil.ignore_patterns("store"))
    return folder


def test_the_terminal_starts_light() -> None:
    code = (
        "import sys, milepost, milepost.cli.commands;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_and_version(tmp_path: Path) -> None:
    shown = run("--help", cwd=tmp_path)
    assert shown.returncode == 0
    for command in ("init", "check", "measure", "metrics", "schema"):
        assert f"  {command} " in shown.stdout
    assert run("--version", cwd=tmp_path).stdout == "milepost 0.1.0\n"


def test_check_prints_the_account(airport: Path) -> None:
    done = run("check", cwd=airport)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2,831 records read = 2,831 mapped + 0 excluded + 0 rejected" in done.stdout
    assert "2 records (data/2017_SFO_Customer_Survey.csv:113" in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stdout.rstrip().endswith("The plan is in order; 4 sources.")
    account = json.loads(run("check", "--format", "json", cwd=airport).stdout)
    assert [source["adds_up"] for source in account["sources"]] == [True] * 4


def test_measure_prints_the_scorecard(airport: Path) -> None:
    done = run("measure", cwd=airport)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("San Francisco Airport: journey scorecard of 2017\n")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_formats_agree(airport: Path, tmp_path: Path) -> None:
    asked = ("measure", "nps", "csat", "--by", "language", "--unweighted")
    cells = json.loads(run(*asked, "--format", "json", cwd=airport).stdout)["cells"]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv", cwd=airport).stdout)))
    done = run(*asked, "--format", "parquet", "--out", str(tmp_path / "a.parquet"), cwd=airport)
    assert done.returncode == 0
    table = pq.read_table(tmp_path / "a.parquet").to_pylist()
    values = [cell["value"] for cell in cells]
    assert [float(row["value"]) for row in rows] == [row["value"] for row in table] == values
    assert [row["by.language"] for row in rows] == [cell["by"]["language"] for cell in cells]


def test_metrics_and_schema(airport: Path) -> None:
    listing = run("metrics", cwd=airport).stdout
    assert "nps " in listing
    page = run("metrics", "nps", cwd=airport).stdout
    for part in ("detractors (0-6)", "SUM(CASE WHEN score >= 9", "source     Reichheld"):
        assert part in page
    schema = json.loads(run("schema", cwd=airport).stdout)
    assert "sources" in schema["properties"]


def test_a_metric_is_the_same_in_the_list_and_on_its_page(airport: Path) -> None:
    listed = {
        m["name"]: m for m in json.loads(run("metrics", "--format", "json", cwd=airport).stdout)
    }
    for name in ("nps", "ease", "response_rate"):
        page = json.loads(run("metrics", name, "--format", "json", cwd=airport).stdout)
        assert listed[name] == page
    assert [on["scale"] for on in listed["ease"]["boxes"]] == ["1-5"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("measure", "npss"), "metric 'npss' is unknown; did you mean 'nps'?"),
        (("measure", "nps", "--by", "langage"), "did you mean 'language'?"),
        (("measure", "nps", "--every", "fortnight"), "--every 'fortnight' is unknown"),
        (("measure", "nps", "--since", "May"), "--since 'May' is not a day"),
        (("measure", "nps", "--against", "rest"), "--against rest"),
        (("measure", "nps", "--format", "parquet"), "needs a file"),
        (("measure", "nps", "--format", "xml"), "--format 'xml' is unknown"),
        (("measure", "nps", "-t", "securty"), "did you mean 'security'?"),
        (("metrics", "cast"), "did you mean 'csat'?"),
    ],
)
def test_a_wrong_question_is_one_line(airport: Path, words: tuple[str, ...], text: str) -> None:
    done = run(*words, cwd=airport)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_plan_here(tmp_path: Path) -> None:
    done = run("measure", cwd=tmp_path)
    assert done.returncode == 2
    assert "milepost.yaml" in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_mistake_of_a_plan_with_its_line(airport: Path, tmp_path: Path) -> None:
    text = (airport / "milepost.yaml").read_text(encoding="utf-8")
    wrong = text.replace("every: year", "every: yearly").replace("headline: nps", "headline: npz")
    wrong = wrong.replace("score: NETPRO", "score: NETPR")
    shutil.copytree(airport / "data", tmp_path / "data")
    (tmp_path / "milepost.yaml").write_text(wrong, encoding="utf-8")
    lines = run("check", cwd=tmp_path).stderr.splitlines()
    assert len(lines) == 2
    assert "did you mean 'year'?" in lines[0]
    assert "did you mean 'nps'?" in lines[1]
    fixed = wrong.replace("every: yearly", "every: year").replace("npz", "nps")
    (tmp_path / "milepost.yaml").write_text(fixed, encoding="utf-8")
    done = run("check", cwd=tmp_path)
    place = next(n for n, line in enumerate(fixed.splitlines(), 1) if "NETPR" in line)
    assert done.returncode == 2
    assert done.stderr.startswith(f"milepost.yaml:{place}: column 'NETPR' is not in")
    assert "did you mean 'NETPRO'?" in done.stderr


def test_wrong_data_is_three(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,day,score\n", encoding="utf-8")
    (tmp_path / "milepost.yaml").write_text(
        "company: {name: A}\nsources:\n  - {name: s, fact: responses, from: b.csv,"
        " columns: {answered_at: day}, questions: [{name: q, type: nps, score: score}]}\n",
        encoding="utf-8",
    )
    done = run("measure", cwd=tmp_path)
    assert done.returncode == 3
    assert "b.csv" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_plan_of_any_name_is_placed_and_data_never(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("company: {name: A}\nevry: month\n", encoding="utf-8")
    assert run("check", "-p", "plan.txt", cwd=tmp_path).stderr.startswith("plan.txt:2: 'evry'")
    (tmp_path / "milepost.yaml").write_text(
        "company: {name: A}\nsources:\n  - {name: s, fact: responses, from: 'x.yaml:/b.csv',"
        " columns: {answered_at: day}, questions: [{name: q, type: nps, score: score}]}\n",
        encoding="utf-8",
    )
    done = run("check", cwd=tmp_path)
    assert (done.returncode, done.stderr[:10]) == (3, "milepost: ")
    assert "x.yaml:/b.csv" in done.stderr


def test_a_file_without_records_is_wrong_data(tmp_path: Path) -> None:
    source = (
        "  - {{name: {0}, fact: responses, from: {0}.csv, columns: {{answered_at: day}},"
        " questions: [{{name: q, type: nps, score: score}}]}}\n"
    )
    (tmp_path / "a.csv").write_text("day,score\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("day,score\n2026-01-31,9\n", encoding="utf-8")
    plan = f"company: {{name: A}}\nsources:\n{source.format('a')}{source.format('b')}"
    (tmp_path / "milepost.yaml").write_text(plan, encoding="utf-8")
    done = run("check", cwd=tmp_path)
    assert done.returncode == 3
    assert "  it holds no records\n" in done.stdout
    assert done.stdout.endswith("The plan is in order; 1 of 2 sources brought nothing.\n")


def test_a_closed_pipe_is_no_error(airport: Path) -> None:
    command = f"{sys.executable} -c 'from milepost.cli import main; main()' measure | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=airport, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.startswith("San Francisco Airport")
