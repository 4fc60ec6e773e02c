"""Answers as our own server brings them, for tests: made, published and measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

import milepost as mp
from milepost import clock
from milepost.engine.store import Store
from tests.engine.mapping.company import Company

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
JOURNEY = """
journeys:
  - name: buy
    touchpoints: [{name: web}, {name: desk}]
"""
SERVER = "sources: [{name: answers, fact: responses, from: server}]\n"


@dataclass(frozen=True)
class Kind:
    """A question as it is asked in the tests."""

    name: str
    type: str
    scale: tuple[int, int]
    good: str
    touchpoint: str | None

    @property
    def label(self) -> str:
        return f"{self.scale[0]}-{self.scale[1]}"


RECOMMEND = Kind("recommend", "nps", (0, 10), "high", None)
KINDS = (
    RECOMMEND,
    Kind("order", "csat", (1, 5), "high", "web"),
    Kind("help", "csat", (1, 7), "high", "desk"),
    Kind("solved", "ces2", (1, 7), "high", "desk"),
    Kind("effort", "ces1", (1, 5), "low", "web"),
    Kind("find", "ease", (1, 5), "low", "web"),
)
METRICS = {
    "nps": ["nps", "nps_mean"], "csat": ["csat", "csat_mean", "csat_net"],
    "ces2": ["ces2", "ces2_mean"], "ces1": ["ces1", "ces1_low_effort"], "ease": ["ease"],
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One answer to one question."""

    kind: Kind
    score: int
    at: datetime
    store: str | None = None
    customer: str | None = None
    recovery: int | None = None


def rows(answers: Iterable[Answer], **more: object) -> list[dict[str, object]]:
    """The answers as the server has them."""
    return [
        {
            "response_id": f"r{number}", "answered_at": one.at, "question": one.kind.name,
            "question_type": one.kind.type, "score": float(one.score), "answer": None,
            "scale": one.kind.label, "good": one.kind.good, "touchpoint": one.kind.touchpoint,
            "customer_id": one.customer, "store": one.store,
            "recovery": None if one.recovery is None else float(one.recovery), **more,
        }
        for number, one in enumerate(answers)
    ]  # fmt: skip


SCHEMA = {
    "answered_at": pa.timestamp("us", "UTC"), "score": pa.float64(), "answer": pa.string(),
    "touchpoint": pa.string(), "customer_id": pa.string(), "store": pa.string(),
    "recovery": pa.float64(), "scale": pa.string(), "good": pa.string(),
}  # fmt: skip


def table(some: Sequence[dict[str, object]]) -> pa.Table:
    made = pa.Table.from_pylist(list(some))
    fields = [field.with_type(SCHEMA.get(field.name, field.type)) for field in made.schema]
    return pa.Table.from_pylist(list(some), schema=pa.schema(fields))


def by_month(some: Iterable[dict[str, Any]]) -> dict[str, pa.Table]:
    months: dict[str, list[dict[str, object]]] = {}
    for row in some:
        months.setdefault(f"{row['answered_at']:%Y-%m}", []).append(row)
    return {month: table(rows) for month, rows in months.items()}


def scores(*given: int, month: int = 5, **more: object) -> pa.Table:
    """Answers to one recommend question in a month of 2026, of a customer each."""
    start = datetime(2026, month, 3, 10, tzinfo=UTC)
    made = [Answer(RECOMMEND, n, start + timedelta(hours=h)) for h, n in enumerate(given)]
    found = rows(made, **more)
    return table([{**row, "response_id": f"{month}/{row['response_id']}"} for row in found])


def written(folder: Path, plan: str = SERVER, company: str = "timezone: UTC") -> Path:
    head = f"company: {{name: Acme, {company}}}\nprivacy: {{min_group: 1}}\n"
    (folder / "milepost.yaml").write_text(head + plan + JOURNEY, "utf-8")
    return folder / "milepost.yaml"


def measured(store: Store, metric: str = "nps", **asked: Any) -> list[tuple[Any, ...]]:
    with clock.at(NOW):
        found = mp.open(store.folder.parent / "milepost.yaml").measure(metric, **asked)
    return [(cell.since.month, cell.touchpoint, cell.value, cell.n) for cell in found.cells]


def nps(store: Store) -> dict[int, float | None]:
    """The score of each month."""
    return {
        month: value for month, _, value, _ in measured(store, every="month", since="2026-01-01")
    }


def server(acme: Company, fact: str = "responses", **keys: Any) -> Store:
    acme.plan["sources"].append({"name": "s", "fact": fact, "from": "server", **keys})
    return Store(acme.folder / "store")
