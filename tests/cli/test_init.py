"""`milepost init`: what it writes, what it says, what it asks, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from milepost import clock
from milepost.cli import starting, timezones
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
    plan.parent.mkdir()
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
    plan.write_text("company: {name: Mine}", encoding="utf-8")
    with pytest.raises(QuestionError, match="is there already; replace it with --force"):
        start(data, plan, force=False)
    assert plan.read_text(encoding="utf-8") == "company: {name: Mine}"
    start(data, plan, force=True)
    assert "sources:" in plan.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "- company\n", "mine", "", "{", "\0"])
def test_no_force_replaces_what_is_no_plan(data, tmp_path, content):
    other = tmp_path / "other.csv"
    other.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionError, match="is not a plan, so it is not replaced"):
        start(data, other, force=True)
    assert other.read_text(encoding="utf-8") == content


def test_no_force_replaces_the_data_itself(tmp_path):
    data, link = tmp_path / "data.jsonl", tmp_path / "milepost.yaml"
    data.write_text('{"company": "Acme", "nps": 9}\n', encoding="utf-8")
    link.symlink_to(data)
    for plan in (data, link):
        with pytest.raises(QuestionError, match="is the data file itself"):
            start(data, plan, force=True)
    assert link.is_symlink()


def test_no_folder_is_made(data, tmp_path):
    with pytest.raises(QuestionError, match=r"there is no folder .*nowhere; make it first"):
        start(data, tmp_path / "nowhere" / "p.yaml", force=False)
    assert not (tmp_path / "nowhere").exists()


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
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    for name, meant in (("answer.csv", "did you mean"), ("x", "name a file that is there")):
        with pytest.raises(DataError, match=f"not found; {meant}") as raised:
            start(tmp_path / name, tmp_path / "milepost.yaml", force=False)
        assert "'from'" not in str(raised.value)


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
    monkeypatch.setattr(timezones, "_zones", lambda: iter(names))
    plan = tmp_path / "milepost.yaml"
    assert told in start(data, plan, force=False)
    assert written in plan.read_text(encoding="utf-8")


def test_a_file_without_a_header_line_is_doubted(tmp_path):
    file = tmp_path / "answers.csv"
    file.write_text("9,5,3\n" + "8,4,2\n7,3,1\n" * 20, encoding="utf-8")
    assert "the first line holds numbers" in start(file, tmp_path / "m.yaml", force=False)


def test_of_several_sheets_the_one_with_the_answers_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["About"])
    book.active.append(["an export"])
    answers = book.create_sheet("Data 2024")
    answers.append(["NPS", "Date", "Country"])
    for n in range(60):
        answers.append([n % 11, f"{1 + n % 12:02}/0{1 + n % 9}/2024", "DK" if n % 2 else "SE"])
    book.create_sheet("Codes").append(["code", "name"])
    file, plan = tmp_path / "a.xlsx", tmp_path / "m.yaml"
    book.save(file)
    said = start(file, plan, force=False)
    assert "Sheet 'Data 2024' was chosen; there are also 'Read me', 'Codes'" in said
    text = plan.read_text(encoding="utf-8").replace("#~ dates", "dates", 1)
    plan.write_text(text, encoding="utf-8")
    source = open_project(plan).plan.sources[0]
    assert (source.read.sheet, source.read.dates) == ("Data 2024", {"answered_at": "%d/%m/%Y"})


def test_one_is_one(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("NPS\n9\n", encoding="utf-8")
    assert "from 1 record of" in (said := start(file, tmp_path / "m.yaml", force=False))
    assert "(1 column)" in said


def test_every_column_of_the_file_is_named(tmp_path):
    names = ["id", "Kundenr", "sent_at", "date", "NPS", "food", "seat", "crew", "why", "lang", "x1"]
    file = tmp_path / "x.csv"
    five = [f"{n},{n // 2},2024-01-02,2024-01-03,{n % 11},{1 + n % 5},{1 + n % 5},{1 + n % 5},"
            f"too slow,{'da' if n % 2 else 'sv'},{n * 1.5}" for n in range(50)]  # fmt: skip
    file.write_text("\n".join([",".join(names), *five]), encoding="utf-8")
    said = start(file, tmp_path / "m.yaml", force=False)
    guessed, _, rest = said.partition("Not used: ")
    unused = rest.splitlines()[0].split(", ")
    assert unused == ["sent_at", "x1"]
    assert all(name in guessed for name in names if name not in unused)


def test_answers_without_a_date_are_of_a_day_that_is_over(tmp_path):
    file, plan = tmp_path / "x.csv", tmp_path / "m.yaml"
    file.write_text("NPS\n9\n8\n7\n", encoding="utf-8")
    start(file, plan, force=False)
    found = open_project(plan).plan
    yesterday = clock.today(found.company.timezone) - timedelta(days=1)
    assert found.sources[0].dated == yesterday
