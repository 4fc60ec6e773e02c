"""A company without a plan makes one on pages, from what is collected here and from a file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.engine.project import open_project
from milepost.plan.editing import tree
from milepost.server.actions import plans as actions
from milepost.server.forms.plan_start import MOST_POINTS
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
    assert answer.headers["Location"] == "/plan/start/files/our_answers_1.csv"
    assert [path.name for path in (folder / "data").iterdir()] == ["our_answers_1.csv"]
    form = manager.get("/plan/start/files/our_answers_1.csv").context["form"]
    assert form.fields  # a score of 0 to 10 may be several things
    choice = {name: field.choices[0][0] for name, field in form.fields.items()}
    manager.post("/plan/start/files/our_answers_1.csv", {**choice, "do": "decide"})
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
    manager.post("/plan/start", {"do": "forget:data/one.csv"})
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


def _uploaded(client: Client, name: str, body: str = CSV, /, **typed: str) -> Any:
    given = SimpleUploadedFile(name, body.encode())
    return client.post("/plan/start", {"do": "upload", "file": given, **typed})


def test_a_second_click_on_remove_removes_no_other_file(manager: Client, folder: Path) -> None:
    for name in ("one.csv", "two.csv"):
        _uploaded(manager, name)
    page = manager.get("/plan/start").content.decode()
    button = re.findall(r'value="(forget:[^"]+)"', page)[0]
    for _click in range(2):
        manager.post("/plan/start", {"do": button})
    assert [path.name for path in (folder / "data").iterdir()] == ["two.csv"]


@pytest.mark.parametrize(
    "path", ["../milepost.db", "data/../x.csv", "/etc/hostname", "9" * 5000, ""]
)
def test_only_files_of_the_draft_are_removed(manager: Client, folder: Path, path: str) -> None:
    (folder / "x.csv").write_text(CSV)
    assert manager.post("/plan/start", {"do": f"forget:{path}"}).status_code == 302
    assert (folder / "x.csv").exists()


def test_what_is_typed_of_the_company_outlives_the_files(manager: Client, folder: Path) -> None:
    _uploaded(manager, "one.csv", **WHOSE)
    form = manager.get("/plan/start").context["form"]
    assert (form["name"].value(), form["currency"].value()) == ("Acme: Söhne", "EUR")
    shown = _uploaded(manager, "virus.exe", **{**WHOSE, "name": "Acme"})
    assert shown.context["form"]["name"].value() == "Acme"


def test_two_who_make_a_plan_at_once_lose_nothing_of_each_other(
    member: Callable[[str], Any], folder: Path
) -> None:
    by = member("manager")
    one = actions.keep_file("one.csv", [CSV.encode()], by=by)
    actions.keep_draft({"name": "Acme"}, by=by)
    two = actions.keep_file("two.csv", [CSV.encode()], by=by)
    actions.decide_file(one, {"score": "nps"}, by=by)
    actions.drop_file(two, by=by)
    actions.decide_file(two, {"score": "nps"}, by=by)
    assert PlanDraft.load().document == {"name": "Acme", "files": {one: {"score": "nps"}}}


def test_a_refused_file_is_told_without_where_the_folder_lies(
    manager: Client, folder: Path
) -> None:
    shown = _uploaded(manager, "empty.csv", "a,b\n")
    assert "data/empty.csv: holds no records" in str(shown.context["upload"].errors)
    assert str(folder) not in shown.content.decode()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Answers.CSV.gz", gzip.compress(CSV.encode())),
        (
            "answers.jsonl",
            b"".join(b'{"id": %d, "date": "2026-03-01", "score": %d}\n' % (n, n % 11) for n in range(99)),
        ),
    ],
)  # fmt: skip
def test_packed_tables_and_json_lines_are_taken(
    manager: Client, folder: Path, name: str, body: bytes
) -> None:
    given = SimpleUploadedFile(name, body)
    answer = manager.post("/plan/start", {"do": "upload", "file": given})
    assert answer.headers["Location"] == f"/plan/start/files/{name.lower().replace(' ', '_')}"
    assert manager.get(answer.headers["Location"]).context["looked"].records > 90


def test_a_packed_workbook_is_no_table(manager: Client, folder: Path) -> None:
    shown = _uploaded(manager, "answers.xlsx.gz")
    assert "neither CSV" in str(shown.context["upload"].errors)


def test_hundreds_of_questions_make_a_plan_at_once(manager: Client, folder: Path) -> None:
    stems = [f"Q7{a}{b}" for a in "ABCDEFGHIJKLMNOPQRST" for b in "ABCDEFGHIJ"]
    rows = (f"{n}," + ",".join(str((n + m) % 5 + 1) for m in range(len(stems))) for n in range(40))
    _uploaded(manager, "wide.csv", f"id,{','.join(stems)}\n" + "\n".join(rows))
    form = manager.get("/plan/start/files/wide.csv").context["form"]
    choice = {name: field.choices[0][0] for name, field in form.fields.items()}
    manager.post("/plan/start/files/wide.csv", {**choice, "do": "decide"})
    manager.post("/plan/start", {**WHOSE, "do": "next"})
    shown = manager.get("/plan/start/journey")
    assert shown.context["form"].left_out == len(stems) - MOST_POINTS
    manager.post("/plan/start/journey", _journey(manager))
    with reads() as read:
        shown = manager.get("/plan/start/write")
    assert shown.context["findings"] == ()
    # It was read once for every question before: minutes.
    assert read() < 40


def test_a_row_that_is_left_out_does_not_take_its_name(manager: Client, folder: Path) -> None:
    manager.post("/plan/start", {**WHOSE, "server": "on", "do": "next"})
    typed = {"title": "Buying", "point_0": "", "name_0": "delivery"}
    typed |= {"point_1": "Delivery", "name_1": "delivery"}
    answer = manager.post("/plan/start/journey", typed)
    assert answer.headers["Location"] == "/plan/start/signals"


def test_a_currency_that_is_none_is_told_where_it_is_typed(manager: Client, folder: Path) -> None:
    typed = {**WHOSE, "currency": "e u", "server": "on", "do": "next"}
    assert "currency" in manager.post("/plan/start", typed).context["form"].errors


@contextmanager
def reads() -> Iterator[Callable[[], int]]:
    """How often the plan's text is read as YAML."""
    tree.tree.cache_clear()
    yield lambda: tree.tree.cache_info().misses
