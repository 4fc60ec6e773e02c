"""`forecast`, `staff` and `effect` in the terminal."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_commands import run

PLAN = """
company: {name: Acme, symbol: ACM, index: ALL}
sources:
  - name: calls
    fact: contacts
    from: calls.csv
    columns: {contact_id: id, at: at, handle_seconds: seconds}
  - name: prices
    fact: prices
    from: prices.csv
    columns: {date: day, symbol: symbol, close: close}
initiatives:
  - {name: menu, started: 2024-03-04, aims_at: {metric: contact_volume}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made, rng = tmp_path_factory.mktemp("models"), np.random.default_rng(9)
    with (made / "calls.csv").open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("id", "at", "seconds"))
        for n in range(18 * 7):
            day = date(2024, 1, 1) + timedelta(days=n)
            writer.writerows(
                (f"{n}-{k}", f"{day} {9 + k % 8:02d}:10", 200) for k in range(rng.poisson(24))
            )
    with (made / "prices.csv").open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("day", "symbol", "close"))
        for n in range(200):
            day = date(2023, 10, 1) + timedelta(days=n)
            writer.writerows((day, name, 100 + rng.normal()) for name in ("ACM", "ALL"))
    (made / "milepost.yaml").write_text(PLAN, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("forecast", "contact_volume", "--ahead", "2w"), "Contacts from customers: forecast for"),
        (("staff", "--service", "90/15"), "Agents to schedule by weekday and hour"),
        (("effect", "menu"), "menu, started 2024-03-04"),
        (("effect", "--price"), "Share price, ACM on ALL: beta"),
        (("effect", "menu", "--price"), "abnormal return"),
    ],
)
def test_a_page_and_its_data(folder: Path, words: tuple[str, ...], text: str) -> None:
    done = run(*words, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert text in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert json.loads(run(*words, "--format", "json", cwd=folder).stdout)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("forecast", "handle_time"), "is no count that adds up by day"),
        (("forecast", "contact_volume", "--ahead", "soon"), "'soon' is not a length of time"),
        (("forecast", "contact_volume", "-t", "nowhere"), "touchpoint 'nowhere' is unknown"),
        (("forecast", "contact_volume", "--format", "csv"), "--format 'csv' is unknown"),
        (("staff", "--service", "fast"), "--service 'fast' is not a service level"),
        (("staff", "--quantile", "100"), "--quantile 100.0 is not a percentage"),
        (("effect",), "name an initiative of the plan"),
        (("effect", "menue"), "did you mean 'menu'?"),
        (("effect", "menu", "--every", "year"), "--every 'year' is unknown"),
        (("effect", "menu", "--skip", "900"), "--skip 900 days: expected 0 to 366"),
    ],
)
def test_a_wrong_question_is_one_line(folder: Path, words: tuple[str, ...], text: str) -> None:
    done = run(*words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.count("\n") == 1
