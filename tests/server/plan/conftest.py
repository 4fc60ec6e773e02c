"""A project folder of a test's own with a small plan, and a check of plans that needs no second process."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from milepost.server.queries import plans
from tests.server.conftest import at_once

PLAN = """\
# Whose numbers these are.
company: {name: Northwind, timezone: Europe/Copenhagen}
every: month

sources:
  - {name: answers, fact: responses, from: server}
  - {name: calls, fact: contacts, from: calls.csv, columns: {contact_id: id, at: at, customer_id: who, answered: answered, touchpoint: place}}

journeys:
  - name: buy
    title: Buying
    touchpoints:
      # They wait for it.
      - name: delivery
        title: Delivery
        perception: [csat]
        targets: {csat: 85}   # agreed in spring
      - {name: help, title: Help}
"""


class Beside:
    """Calls at once what a measuring process would be sent; `calls` counts."""

    told = ""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        """The result, or what was raised."""
        self.calls += 1
        return at_once(call, *args)


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project without a plan."""
    settings.FOLDER = tmp_path
    settings.MILEPOST = dataclasses.replace(settings.MILEPOST, folder=tmp_path)
    beside = Beside()
    monkeypatch.setattr(plans, "processes", lambda: beside)
    return tmp_path


@pytest.fixture
def file(folder: Path) -> Path:
    """The plan's file of a project that has one."""
    path = folder / "milepost.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def manager(signed_in: Callable[[str], Client]) -> Client:
    """A client signed in as a manager."""
    return signed_in("manager")
