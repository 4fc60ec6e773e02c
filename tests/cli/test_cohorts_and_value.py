"""`milepost cohorts` and `milepost value` as a person uses them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.test_commands import run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    lines = ["id,who,day,amount,country"]
    for number in range(120):
        day = date(2025, 1, 1) + timedelta(days=number * 7 % 180)
        for repeat in range(number % 4 + 1):
            when = day + timedelta(days=repeat * (11 + number % 13))
            country = "DK" if number % 3 else "SE"
            lines.append(f"{number}-{repeat},c{number},{when},{20 + number % 17},{country}")
    (folder / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "milepost.yaml").write_text(
        "company: {name: Shop, timezone: UTC, currency: EUR}\nsources:\n"
        "  - {name: orders, fact: orders, from: orders.csv, columns: {order_id: id,"
        " customer_id: who, ordered_at: day, amount: amount}, attributes: {country: country}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(
    "words",
    [("cohorts",), ("cohorts", "--every", "week"), ("value",), ("value", "--by", "country")],
)
def test_a_table_fits_and_its_json_is_whole(shop: Path, words: tuple[str, ...]) -> None:
    done = run(*words, cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    data = json.loads(run(*words, "--format", "json", cwd=shop).stdout)
    assert data["notes"]
    if words[0] == "cohorts":
        assert sum(cohort["size"] for cohort in data["cohorts"]) == 120
        assert data["survival"] is None
    else:
        assert data["whole"]["customers"] == 120
        assert set(data["prediction"]["buying"]) == {"r", "alpha", "a", "b"}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("cohorts", "--ahead", "3"), "--ahead projects customers with a contract"),
        (("cohorts", "--fact", "visits"), "no source brings visits"),
        (("cohorts", "--every", "decade"), "--every 'decade' is unknown"),
        (("cohorts", "--format", "csv"), "--format 'csv' is unknown"),
        (("value", "--months", "999"), "--months 999: expected 1 to 240"),
        (("value", "--by", "contry"), "did you mean 'country'?"),
        (("value", "--where", "amount"), "is not a condition"),
    ],
)
def test_a_wrong_question_is_one_line(shop: Path, words: tuple[str, ...], text: str) -> None:
    done = run(*words, cwd=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.count("\n") == 1
