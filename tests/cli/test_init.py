"""`milepost init`: what it writes, what it says, what it asks, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.cli import starting
from milepost.cli.starting import start
from milepost.engine.project import open_project
from milepost.errors import DataError, QuestionError

ANSWERS = "NPS,Effort,Survey type,Date\n" + "".join(
    f"{n % 11},{1 + n % 7},{'Order' if n % 2 else 'Service'},2024-03-{1 + n % 28:02}\n"
    for n in range(60)
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data" / "answers.csv"
    file.parent.mkdir()
    file.write_text(ANSWERS, encoding="utf-8")
    return file


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A person at the terminal who gives these answers in turn; gives what was shown."""

    def at_terminal(*answers: str) -> list[str]:
        import typer

        left, shown = list(answers), []
        monkeypatch.setattr(starting, "_interactive", lambda: True)
        monkeypatch.setattr(typer, "prompt", lambda *_, **__: left.pop(0))
        monkeypatch.setattr(typer, "echo", shown.append)
        return shown

    return at_terminal


def test_the_plan_opens_and_finds_the_data_from_its_own_folder(data, tmp_path):
    plan = tmp_path / "plans" / "milepost.yaml"
    start(data, plan, force=False)
    project = open_project(plan)
    assert project.plan.sources[0].from_ == "../data/answers.csv"
    assert [q.name for q in project.plan.sources[0].questions] == ["nps"]


def test_it_says_what_was_guessed_what_is_open_and_what_to_do_next(data, tmp_path):
    plan = tmp_path / "milepost.yaml"
    said = start(data, plan, force=False)
    assert "all 60 records" in said
    assert "nps                nps: its name, and values on 0 to 10" in said
    assert "Effort: which is it? (high: 7 is the easiest; or low: 1 is the easiest)" in " ".join(
        said.split()
    )
    assert "Survey type: is it the place on the journey?" in said
    assert f"milepost check -p {plan}" in said
    listed = [line for line in said.splitlines() if str(tmp_path) not in line]
    assert max(map(len, listed)) <= 80


def test_a_person_may_decide_at_the_terminal(data, tmp_path, answering):
    shown = answering("2", "1")
    plan = tmp_path / "milepost.yaml"
    said = start(data, plan, force=False)
    assert any("Effort" in line for line in shown)
    assert "Please decide" not in said
    source = open_project(plan).plan.sources[0]
    assert [(q.type, q.good) for q in source.questions] == [("nps", None), ("ease", "low")]
    assert source.columns["touchpoint"] == "Survey type"


@pytest.mark.parametrize("answer", ["", "3", "x", "0"])
def test_no_answer_leaves_it_open(data, tmp_path, answering, answer):
    answering(answer, answer)
    assert "Please decide" in start(data, tmp_path / "milepost.yaml", force=False)


def test_it_never_waits_where_nobody_sits(data, tmp_path, monkeypatch):
    import typer

    monkeypatch.setattr(typer, "prompt", lambda *_, **__: pytest.fail("it waited"))
    start(data, tmp_path / "milepost.yaml", force=False)


def test_a_plan_that_is_there_stays(data, tmp_path):
    plan = tmp_path / "milepost.yaml"
    plan.write_text("mine", encoding="utf-8")
    with pytest.raises(QuestionError, match="is there already; replace it with --force"):
        start(data, plan, force=False)
    assert plan.read_text(encoding="utf-8") == "mine"
    start(data, plan, force=True)
    assert "sources:" in plan.read_text(encoding="utf-8")


def test_a_folder_is_no_plan(data, tmp_path):
    with pytest.raises(QuestionError, match="is a folder"):
        start(data, tmp_path, force=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"a,b,c\n", "holds no records"),
        (b"\x00\x01\x02" * 50, "binary|bytes|NUL"),
        (",".join(map(str, range(50_000))).encode() + b"\n", "50,000 columns"),
    ],
)
def test_a_hostile_file_is_one_line_and_leaves_no_plan(tmp_path, content, message):
    file, plan = tmp_path / "x.csv", tmp_path / "milepost.yaml"
    file.write_bytes(content)
    with pytest.raises(DataError, match=message) as raised:
        start(file, plan, force=False)
    assert len(str(raised.value).splitlines()) == 1
    assert not plan.exists()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="not found"):
        start(tmp_path / "nowhere.csv", tmp_path / "milepost.yaml", force=False)


def test_names_cannot_reach_the_terminal_as_commands(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("NPS \x1b[31mred,sat\x1b]0;x\n" + "9,4\n8,5\n" * 30, encoding="utf-8")
    said = start(file, tmp_path / "milepost.yaml", force=False)
    assert "\x1b" not in said + (tmp_path / "milepost.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "written", "told"),
    [
        (["", "Europe/Copenhagen"], "timezone: Europe/Copenhagen", "Europe/Copenhagen"),
        (["CET-1CEST", "nonsense"], "timezone: UTC", "UTC, for the system names none"),
    ],
)
def test_the_time_zone_is_the_systems_where_it_names_one(
    data, tmp_path, monkeypatch, names, written, told
):
    monkeypatch.setattr(starting, "_zones", lambda: iter(names))
    plan = tmp_path / "milepost.yaml"
    assert told in start(data, plan, force=False)
    assert written in plan.read_text(encoding="utf-8")


def test_a_file_without_a_header_line_is_doubted(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("9,5,3\n" + "8,4,2\n7,3,1\n" * 20, encoding="utf-8")
    assert "the first line holds numbers" in start(file, tmp_path / "m.yaml", force=False)
