"""What befalls the plan's file and the process that reads it: pages say what happened, and none fails."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from milepost.server.queries import plans
from milepost.server.web import drawing, plan_proposing
from tests.server.plan.conftest import Beside

pytestmark = pytest.mark.django_db

PAGES = ("/plan", "/plan/file", "/plan/history", "/plan/company", "/plan/notes/new")


class Dying(Beside):
    """Dies so many times before it calls anything."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def submit(self, call: Any, *args: Any) -> Future[Any]:
        if self.times:
            self.times -= 1
            future: Future[Any] = Future()
            future.set_exception(BrokenProcessPool("killed"))
            return future
        return super().submit(call, *args)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("held", [b"company: {name: Caf\xe9}\n", bytes(range(256))])
def test_a_file_that_is_no_text_is_said_to_be_none(
    manager: Client, file: Path, page: str, held: bytes
) -> None:
    file.write_bytes(held)
    answer = manager.get(page)
    assert answer.status_code == 422
    assert "save it as UTF-8" in answer.content.decode()


def test_a_folder_in_place_of_the_file_is_said_to_be_there(manager: Client, folder: Path) -> None:
    (folder / "milepost.yaml").mkdir()
    answer = manager.get("/plan")
    assert answer.status_code == 422
    assert "milepost.yaml cannot be read" in answer.content.decode()


def test_an_empty_file_is_no_plan_yet_and_leads_to_its_making(manager: Client, file: Path) -> None:
    file.write_bytes(b"")
    assert manager.get("/plan", follow=True).status_code == 200


def test_a_page_comes_though_the_process_that_reads_plans_has_died(
    manager: Client, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = Dying(times=1)
    monkeypatch.setattr(plans, "processes", lambda: dying)
    assert manager.get("/plan/company").status_code == 200
    assert dying.calls == 1


def test_a_process_that_dies_of_every_plan_is_told_and_no_fault(
    manager: Client, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = Dying(times=99)
    monkeypatch.setattr(plans, "processes", lambda: dying)
    answer = manager.get("/plan/company")
    assert answer.status_code == 422
    assert "has ended; try again" in answer.content.decode()


class Busy(Beside):
    """Never comes to it."""

    told = "orders"

    def submit(self, call: Any, *args: Any) -> Future[Any]:
        return Future()


def test_what_is_typed_while_figures_are_built_is_kept_and_sent_again(
    manager: Client, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = Busy()
    monkeypatch.setattr(plans, "processes", lambda: busy)
    monkeypatch.setattr(plan_proposing, "PATIENT", 0.01)
    monkeypatch.setattr(drawing, "warm", lambda: None)  # a thread that would outlive the test
    typed = {"name": "Norðwind <b>", "timezone": "UTC", "every": "month", "do": "look"}
    told = manager.post("/plan/company", typed)
    page = told.content.decode()
    assert "send it again" in page
    assert 'name="name" value="Norðwind &lt;b&gt;"' in page
    assert 'name="do" value="look"' in page
    # Asking again by itself would be a GET, which knows nothing of what was typed.
    assert "Refresh" not in told.headers
    assert "hx-get" not in page
