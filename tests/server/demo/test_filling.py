"""The demo's database: what was generated is in it, and whoever has the password may look at it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from typer.testing import CliRunner

from milepost import clock
from milepost.cli import demonstrating
from milepost.cli.commands import app
from milepost.cli.demonstrating import _whole
from milepost.demo.world import World, world
from milepost.errors import QuestionError
from milepost.server.actions.demonstrating import ADMINISTRATOR, DemoError, check_password, fill
from milepost.server.models import (
    Decision,
    Dirty,
    Invitation,
    Member,
    Message,
    Person,
    Program,
    Response,
)
from milepost.server.queries.facts import FACTS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASSWORD = "a long enough sentence"


@pytest.fixture(scope="module")
def small() -> World:
    return world(date(2026, 11, 22), 3, 400)


@pytest.fixture
def filled(db: None, small: World) -> World:
    with clock.at(NOW):
        fill(small, PASSWORD)
    return small


def test_everybody_and_every_asking_is_there(filled: World) -> None:
    asked = [one for one in filled.asking.asked if one.fate]
    assert Person.objects.count() == 400
    assert Invitation.objects.count() == Message.objects.count() == len(asked)
    fates = Counter(one.fate for one in asked)
    states = Counter(Invitation.objects.values_list("state", "closed_because"))
    assert states["answered", ""] == fates["answered"]
    assert states["closed", "bounced"] == fates["bounced"]
    assert states["closed", "unsubscribed"] == fates["unsubscribed"]
    assert Response.objects.filter(quarantined=True).count() == fates["quarantined"]
    assert Response.objects.count() == len(filled.answers) + len(filled.nameless)


def test_what_is_stored_of_one_person_is_theirs(filled: World) -> None:
    place = next(n for n, said in filled.answers.items() if said.comment)
    one = filled.asking.asked[place]
    found = Response.objects.get(
        person__external_id=str(filled.people.ids[one.who]),
        answered_at=filled.span.moment(one.back or 0),
    )
    assert found.comment == filled.answers[place].comment
    assert found.score == filled.answers[place].score
    assert found.touchpoint == one.program.survey.touchpoint
    assert found.attributes["country"] == filled.people.country[one.who]
    assert found.invitation is not None
    assert found.invitation.person_id == found.person_id


def test_a_nameless_answer_knows_its_day_only(filled: World) -> None:
    found = Response.objects.filter(anonymous=True)
    assert found.count() == len(filled.nameless) > 0
    assert not found.exclude(person=None, invitation=None, answered_at=None).exists()


def test_the_password_is_enough_to_sign_in(filled: World) -> None:
    client = Client()
    answer = client.post("/sign-in", {"email": ADMINISTRATOR, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/people").status_code == 200
    others = Member.objects.exclude(email=ADMINISTRATOR)
    assert others.count() == 5
    assert not any(member.has_usable_password() for member in others)


def test_looking_at_it_asks_nobody(filled: World) -> None:
    assert not Program.objects.exclude(decide_at=None).exists()
    assert not Message.objects.exclude(state="sent").exists()


def test_reasons_why_not_are_kept_with_their_counts(filled: World) -> None:
    assert Decision.objects.filter(reason="throttled").exists()
    for program in Program.objects.all():
        kept = Counter(Decision.objects.filter(program=program).values_list("reason", flat=True))
        assert program.counts == kept


def test_every_row_s_month_is_marked_for_the_facts(filled: World) -> None:
    marked = set(Dirty.objects.values_list("fact", "month"))
    everything = {f"{year}-{month:02d}" for year in range(2023, 2028) for month in range(1, 13)}
    for fact in FACTS:
        rows = {row.month for row in fact.rows(everything)}
        assert rows
        assert rows <= {month for name, month in marked if name == fact.name}


def test_a_database_with_anything_in_it_is_left_alone(filled: World) -> None:
    with pytest.raises(DemoError, match="not empty"):
        fill(filled, PASSWORD)


def test_a_password_that_no_member_could_have_is_refused() -> None:
    with pytest.raises(DemoError, match="--password"):
        check_password("short")


def test_a_folder_with_something_in_it_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for folder, words in ((tmp_path, "is there already"), (tmp_path / "no" / "d", "no folder")):
        result = CliRunner().invoke(app, ["demo", str(folder)])
        assert words in str(result.exception)
        assert "\n" not in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_fails_leaves_no_folder(tmp_path: Path) -> None:
    def fail() -> None:
        with _whole(tmp_path / "company") as made:
            (made / "data").mkdir()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "words"), [(".", "name a folder in it"), ("/proc", "name a folder in it"), ("x" * 300, "too long")]
)  # fmt: skip
def test_what_cannot_become_the_demo_is_refused_before_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QuestionError, match=words):
        demonstrating.demo(Path(name), seed=7, password=PASSWORD)
    assert not list(tmp_path.iterdir())


def test_a_link_to_an_empty_folder_stays_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to("far")
    monkeypatch.setattr(demonstrating, "_make", lambda made, **_: (made / "data").mkdir())
    monkeypatch.setattr(demonstrating, "_build", lambda *_: None)
    demonstrating.demo(tmp_path / "near", seed=7, password=PASSWORD)
    assert (tmp_path / "near").is_symlink()
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["data"]


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(demonstrating, "_make", full)
    with pytest.raises(QuestionError, match=r"database or disk is full.*; make room there"):
        demonstrating.demo(tmp_path / "company", seed=7, password=PASSWORD)
    assert not list(tmp_path.iterdir())


def test_whoever_stops_the_numbers_knows_the_password_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demonstrating, "_make", lambda *_, password, **__: made.append(password))
    monkeypatch.setattr(demonstrating, "_build", stopped)
    with pytest.raises(KeyboardInterrupt):
        demonstrating.demo(tmp_path / "company", seed=7, password=None)
    assert f"password {made[0]} (told this once)" in capsys.readouterr().out


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".company.partial"
    (left / "store").mkdir(parents=True)
    (left / "milepost.yaml").write_text("half")
    with _whole(tmp_path / "company") as made:
        assert [path.name for path in made.iterdir()] == [".lock"]
        (made / "milepost.yaml").write_text("whole")
        assert not (tmp_path / "company").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["company"]
    assert [path.name for path in (tmp_path / "company").iterdir()] == ["milepost.yaml"]


def test_two_at_once_are_one_and_a_line(tmp_path: Path) -> None:
    def again() -> None:
        with _whole(tmp_path / "company"):
            raise AssertionError("two hold the same folder")

    waits = pytest.raises(QuestionError, match="another 'milepost demo'")
    with _whole(tmp_path / "company"), waits:
        again()
    assert (tmp_path / "company").is_dir()
