"""A small company for tests: one survey file of rows a test makes, and a plan around it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import milepost as mp
from milepost.insight.notebook import Opened

HEADER = ("id", "customer", "day", "score", "country", "touchpoint", "weight")
Row = tuple[object, ...]

PLAN = """
company: {{name: Acme, timezone: Europe/Copenhagen{company}}}
every: {every}
privacy: {{min_group: {min_group}}}
{top}
sources:
  - name: survey
    fact: responses
    from: survey.csv
    columns: {{{columns}}}
    attributes: {{country: country}}
    questions: [{{name: q, type: {type}, score: score{question}}}]
{source}
journeys:
  - name: buy
    touchpoints:
      - {{name: web, title: Web shop{web}}}
      - {{name: desk, title: Service desk}}
"""


def company(
    folder: Path,
    rows: Iterable[Row],
    *,
    every: str = "month",
    type: str = "nps",
    question: str = "",
    web: str = "",
    top: str = "",
    source: str = "",
    company: str = "",
    min_group: int = 1,
    weighted: bool = False,
    anonymous: bool = False,
    audience: str = "",
) -> Opened:
    """Write the survey and its plan, and open it."""
    with (folder / "survey.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADER, *rows])
    columns = ["response_id: id", "answered_at: day", "touchpoint: touchpoint"]
    columns += [] if anonymous else ["customer_id: customer"]
    columns += ["weight: weight"] if weighted else []
    columns += [f"audience: \"= '{audience}'\""] if audience else []
    text = PLAN.format(
        every=every, type=type, question=question, web=web, top=top, source=source,
        company=company, min_group=min_group, columns=", ".join(columns),
    )  # fmt: skip
    (folder / "milepost.yaml").write_text(text, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


def answers(
    day: date,
    scores: Sequence[int],
    *,
    country: str = "DK",
    touchpoint: str = "",
    customers: Sequence[object] | None = None,
    weight: float = 1.0,
) -> list[Row]:
    """One row a score, spread over the days from `day` on; each its own customer unless given."""
    made: list[Row] = []
    for number, score in enumerate(scores):
        when = day + timedelta(days=number % 25)
        who = customers[number] if customers else f"{day}-{country}-{touchpoint}-{number}"
        key = f"{day}/{country}/{touchpoint}/{number}"
        made.append((key, who, when, score, country, touchpoint, weight))
    return made


def project(folder: Path, files: Mapping[str, Sequence[Mapping[str, object]]], plan: str) -> Opened:
    """Write files of rows and a plan over them, and open it."""
    for name, rows in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    (folder / "milepost.yaml").write_text("company: {name: Acme}\nevery: month\n" + plan, "utf-8")
    return mp.open(folder / "milepost.yaml")
