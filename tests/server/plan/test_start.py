"""A company without a plan makes one on pages, from what is collected here and from a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.engine.project import open_project
from milepost.server.models import PlanDraft, PlanEdit

pytestmark = pytest.mark.django_db

CSV = "id,date,touchpoint,score,region\n" + "".join(
    f"{n},2026-03-{n % 28 + 1:02d},{'delivery' if n % 2 else 'help desk'},{n % 11},{'north' if n % 3 else 'south'}\n"
    for n in range(200)
)
WHOSE = {"name": "Acme: Söhne", "timezone": "Europe/Berlin", "currency": "EUR"}


def _journey(client: Client, *titles: str) -> dict[str, Any]:
    form = client.get("/plan/start/journey").context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    for number, title in enumerate(titles):
        typed |= {f"point_{number}": title, f"name_{number}": ""}
    return {**typed, "title": "Buying"}


def test_without_a_plan_everything_leads_to_the_first_step(manager: Client, folder: Path) -> None:
    assert manager.get("/plan").headers["Location"] == "/plan/start"
    assert manager.get("/plan/start").status_code == 200


def test_a_plan_of_what_is_collected_here(manager: Client, folder: Path) -> None:
    manager.post("/plan/start", {**WHOSE, "server": "on", "do": "next"})
    answer = manager.post("/plan/start/journey", _journey(manager, "Delivery", "Größe & Help"))
    assert answer.headers["Location"] == "/plan/start/signals"
    assert manager.get("/plan/start/journey").context["form"]["point_0"].value() == "Delivery"
    manager.post("/plan/start/signals", {"perception_delivery": ["csat", "ces2"]})
    shown = manager.get("/plan/start/write")
    assert shown.context["findings"] == ()
    assert not (folder / "milepost.yaml").exists()
    assert manager.post("/plan/start/write", {"do": "write"}).headers["Location"] == "/"
    plan = open_project(folder / "milepost.yaml").plan
    assert plan.company.name == "Acme: Söhne"
    assert plan.company.currency == "EUR"
    assert [point.name for point in plan.touchpoints] == ["delivery", "grosse_help"]
    assert [signal.metric for signal in plan.touchpoints[0].perception] == ["csat", "ces2"]
    assert {source.fact for source in plan.sources} == {"responses", "invitations", "customers"}
    assert PlanEdit.objects.get().verb == "start"
    assert not PlanDraft.objects.exists()
    assert manager.get("/plan/start").headers["Location"] == "/plan"


def test_a_plan_of_an_uploaded_file(manager: Client, folder: Path) -> None:
    given = SimpleUploadedFile("../Our Answers (1).csv", CSV.encode())
    answer = manager.post("/plan/start", {"do": "upload", "file": given})
    assert answer.headers["Location"] == "/plan/start/files/0"
    assert [path.name for path in (folder / "data").iterdir()] == ["our_answers_1.csv"]
    form = manager.get("/plan/start/files/0").context["form"]
    assert form.fields  # a score of 0 to 10 may be several things
    choice = {name: field.choices[0][0] for name, field in form.fields.items()}
    manager.post("/plan/start/files/0", {**choice, "do": "decide"})
    manager.post("/plan/start", {**WHOSE, "do": "next"})
    proposed = manager.get("/plan/start/journey").context["form"]
    names = [field.value() for point, field in proposed.rows() if point.value()]
    assert set(names) == {"delivery", "help_desk"}
    manager.post("/plan/start/journey", _journey(manager))
    manager.post("/plan/start/signals", {"do": "next"})
    shown = manager.get("/plan/start/write")
    assert shown.context["findings"] == (), "\n".join(shown.context["lines"])
    manager.post("/plan/start/write", {"do": "write"})
    plan = open_project(folder / "milepost.yaml").plan
    assert plan.sources[0].from_ == "data/our_answers_1.csv"
    assert plan.company.timezone == "Europe/Berlin"


def test_a_file_and_what_is_collected_here_stand_beside_each_other(
    manager: Client, folder: Path
) -> None:
    for _ in range(2):
        manager.post(
            "/plan/start", {"do": "upload", "file": SimpleUploadedFile("answers.csv", CSV.encode())}
        )
    manager.post("/plan/start", {**WHOSE, "server": "on", "do": "next"})
    manager.post("/plan/start/journey", _journey(manager))
    manager.post("/plan/start/signals", {"do": "next"})
    shown = manager.get("/plan/start/write")
    assert shown.context["findings"] == (), "\n".join(shown.context["lines"])
    manager.post("/plan/start/write", {"do": "write"})
    plan = open_project(folder / "milepost.yaml").plan
    assert [source.name for source in plan.sources][:2] == ["answers", "answers_2"]
    assert sum(source.collected for source in plan.sources) == 3


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("virus.exe", b"MZ", "neither CSV"),
        ("empty.csv", b"a,b\n", "holds no records"),
        ("broken.xlsx", b"not a workbook", "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(
    manager: Client, folder: Path, name: str, body: bytes, told: str
) -> None:
    shown = manager.post("/plan/start", {"do": "upload", "file": SimpleUploadedFile(name, body)})
    assert told in str(shown.context["upload"].errors)
    assert not list(folder.glob("data/*"))
    assert PlanDraft.load().document.get("files", {}) == {}


def test_a_removed_file_is_gone_and_no_other(manager: Client, folder: Path) -> None:
    for name in ("one.csv", "two.csv"):
        manager.post(
            "/plan/start", {"do": "upload", "file": SimpleUploadedFile(name, CSV.encode())}
        )
    manager.post("/plan/start", {"do": "forget:0"})
    assert [path.name for path in (folder / "data").iterdir()] == ["two.csv"]
    assert list(PlanDraft.load().document["files"]) == ["data/two.csv"]


def test_nothing_is_measured_without_a_source(manager: Client, folder: Path) -> None:
    shown = manager.post("/plan/start", {**WHOSE, "do": "next"})
    assert shown.context["form"].errors["server"]
    assert manager.get("/plan/start/signals").headers["Location"] == "/plan/start/journey"


def test_who_may_not_make_a_plan_is_told_who_does(
    signed_in: Callable[[str], Client], folder: Path
) -> None:
    responder = signed_in("responder")
    assert "A manager or an administrator makes it" in responder.get("/plan/start").content.decode()
    assert responder.get("/plan/start/write").status_code == 403
