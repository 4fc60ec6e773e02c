"""A company's folder with a plan of three sources: one with all that can become of a record, one of the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.engine.reader import reader
from milepost.server.queries import numbers

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLAN = """
company: {name: Northwind, timezone: Europe/Copenhagen, currency: DKK}
every: month
privacy: {min_group: 1}
sources:
  - name: survey
    fact: responses
    from: survey.csv
    where: kept = 'yes'
    columns: {response_id: id, answered_at: day}
    questions:
      - {name: recommend, type: nps, score: nps, missing: [x]}
      - {name: happy, type: csat, score: csat, scale: [1, 5], missing: [x]}
    expect:
      - {name: the store is known, that: store is not null}
  - name: orders
    fact: orders
    from: orders.csv
    columns: {order_id: id, ordered_at: day, amount: amount, customer_id: customer}
  - {name: answers, fact: responses, from: server}
"""
SURVEY = """id,day,nps,csat,kept,store
1,2026-10-03,9,5,yes,a
2,2026-10-04,x,4,yes,
3,2026-10-05,11,3,yes,a
4,=cmd(),7,3,yes,a
5,2026-10-07,3,9,yes,a
6,2026-10-08,3,2,no,a
"""
ORDERS = """id,day,amount,customer
o1,2025-03-04,10.5,c1
o2,2025-03-05,20,c2
"""


def answered(*askings: Any, seconds: float = 0.0) -> tuple[Any, ...]:
    """What the measuring process would say, without one."""
    facts = refresh(open_project(numbers.plan_file()))
    with connected() as con:
        held = reader(con, facts)
        return tuple(asking.answer(held) for asking in askings)


@pytest.fixture
def folder(
    company: object, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder, measured in this process."""
    for name, text in (("milepost.yaml", PLAN), ("survey.csv", SURVEY), ("orders.csv", ORDERS)):
        (tmp_path / name).write_text(text, "utf-8")
    settings.MILEPOST = replace(settings.MILEPOST, folder=tmp_path)
    settings.FOLDER = str(tmp_path)
    monkeypatch.setattr("milepost.server.web.data.numbers", answered)
    return tmp_path


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """An analyst."""
    return signed_in("analyst")
