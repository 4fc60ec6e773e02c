"""The report: the terminal's numbers, one file that loads nothing, and names that stay text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from milepost import clock
from milepost.charts.report.contents import Contents, Report
from milepost.charts.report.html import Html, joined, tag
from milepost.charts.report.page import page
from milepost.charts.report.pdf import browser, print_pdf
from milepost.engine.project import open_project
from milepost.engine.question import Question
from milepost.errors import QuestionError
from milepost.insight import numbers
from milepost.insight.answering import made_of
from milepost.insight.measuring import answer
from tests.charts.gallery import HOSTILE
from tests.conftest import NOW, ROOT


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "airport"
    shutil.copytree(ROOT / "examples" / "airport", folder, ignore=shutil.ignore_patterns("store"))
    return folder / "milepost.yaml"


@pytest.fixture(scope="module")
def contents(example: Path) -> Contents:
    with clock.at(NOW):
        return made_of(open_project(example), Report(Question()).answer)


class Reading(HTMLParser):
    """The rows of tables, the elements, and everything that could be loaded or run."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.leads: list[str] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.leads += [
            f"{name}={value}" for name, value in attrs
            if name in ("src", "href", "xlink:href", "action", "srcset", "data") or name.startswith("on")
        ]  # fmt: skip
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data


def read(text: str) -> Reading:
    reading = Reading()
    reading.feed(text)
    return reading


def test_the_report_says_what_the_terminal_says(example: Path, contents: Contents) -> None:
    with clock.at(NOW):
        told = answer(open_project(example), Question())
    assert contents.answer.cells == told.cells
    rows = [row[1:6] for row in read(page(contents)).rows if len(row) == 8]
    assert told.scorecard
    cells = [line.cell for stop in told.scorecard.stops for line in stop.lines if line.cell]
    wanted = [
        [
            numbers.value(c.value, c.unit), numbers.interval(c.low, c.high, c.unit), numbers.count(c.n),
            numbers.change(c.against.change, c.unit),
        ]
        for c in cells
    ]  # fmt: skip
    assert [row[:4] for row in rows[1:]] == wanted
    shown = told.table(width=100)
    for (_, *parts, verdict), cell in zip((("", *row) for row in rows[1:]), cells, strict=True):
        assert verdict.startswith(cell.verdict)
        assert all(part in shown for part in parts)


def test_gaps_stand_on_the_map_unless_they_are_not_wanted(contents: Contents) -> None:
    text = page(contents)
    assert "no outcome signal yet" in text
    assert "no interaction signal wanted: the tills are the tenants&#x27;" in text


def test_it_has_a_trend_a_ranking_and_a_distribution_of_each_headline(contents: Contents) -> None:
    headlines = sum(line.headline for stop in contents.card.stops for line in stop.lines)
    assert len(contents.signals) == headlines == 7
    text = page(contents)
    assert text.count("<figcaption>") == text.count('role="img" aria-label=') - text.count(
        'class="spark"'
    )
    assert text.count("<bdi>Answers to ") == headlines


def test_the_account_has_every_record(contents: Contents) -> None:
    rows = {row[0]: row for row in read(page(contents)).rows if len(row) == 7}
    for source in contents.accounts.sources:
        told = source.account
        assert rows[told.source][1:5] == [
            f"{told.records:,}", f"{told.mapped:,}", f"{told.excluded:,}", f"{told.rejected_lines:,}"
        ]  # fmt: skip


def test_it_loads_and_runs_nothing(contents: Contents) -> None:
    text = page(contents)
    reading = read(text)
    assert not reading.leads
    assert not {"script", "link", "iframe", "object", "embed", "img"} & set(reading.tags)
    assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
    assert "default-src &#x27;none&#x27;" in text


def test_hostile_names_are_text(contents: Contents) -> None:
    stops = tuple(replace(stop, title=HOSTILE, journey=HOSTILE) for stop in contents.card.stops)
    signals = tuple(replace(s, stop=HOSTILE, label=HOSTILE) for s in contents.signals)
    hostile = replace(
        contents, card=replace(contents.card, company=HOSTILE, stops=stops), signals=signals,
        answer=replace(contents.answer, notes=(HOSTILE,)),
    )  # fmt: skip
    reading = read(page(hostile))
    assert not {"script", "img"} & set(reading.tags)
    assert any(HOSTILE in row[0] for row in reading.rows)


def test_an_element_escapes_whatever_is_not_made_by_it() -> None:
    assert tag("p", "<b>", title='"') == '<p title="&quot;">&lt;b&gt;</p>'
    assert joined("&", Html("&amp;"), None, ["<"]) == "&amp;&amp;&lt;"


def run(*given: str, cwd: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    import os

    environment = {**os.environ, **({"PATH": path} if path is not None else {})}
    command = [
        sys.executable,
        "-c",
        "import milepost.cli; raise SystemExit(milepost.cli.main())",
        *given,
    ]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)


def test_the_command_writes_one_file_and_says_which(example: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.html"
    done = run("report", "--out", str(out), "--since", "2016-01-01", cwd=example.parent)
    assert (done.returncode, done.stdout) == (0, f"{out}\n")
    assert [file.name for file in tmp_path.iterdir()] == ["board.html"]
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_a_browser_a_pdf_is_one_line(example: Path, tmp_path: Path) -> None:
    done = run(
        "report", "--pdf", "--out", str(tmp_path / "a.html"), cwd=example.parent, path=str(tmp_path)
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no Chromium or Chrome on the PATH" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_report_is_not_written_over_the_plan(example: Path) -> None:
    before = example.read_bytes()
    done = run("report", "--out", str(example), cwd=example.parent)
    assert done.returncode == 2
    assert "is the plan" in done.stderr
    assert example.read_bytes() == before


def test_a_report_is_not_called_what_it_is_not(example: Path, tmp_path: Path) -> None:
    done = run("report", "--pdf", "--out", str(tmp_path / "a.PDF"), cwd=example.parent)
    assert done.returncode == 2
    assert "name it a.html" in done.stderr
    assert not list(tmp_path.iterdir())


def test_of_nothing_there_is_a_sentence_and_no_empty_tables(tmp_path: Path) -> None:
    plan = tmp_path / "milepost.yaml"
    plan.write_text(
        "company: {name: Northwind}\nsources:\n  - {name: answers, fact: responses, from: server}\n"
        "journeys:\n  - {name: j, touchpoints: [{name: a, title: A, perception: [nps]}]}\n"
    )
    told = page(made_of(open_project(plan), Report(Question()).answer))
    assert "<title>Northwind: customer experience</title>" in told
    assert "No period holds data yet" in told
    assert re.findall("<h2>([^<]+)", told) == ["Data"]


def test_a_signal_without_a_number_fills_its_row(contents: Contents) -> None:
    stop = contents.card.stops[0]
    empty = replace(stop, lines=tuple(replace(line, cell=None) for line in stop.lines))
    told = page(replace(contents, card=replace(contents.card, stops=(empty,))))
    assert 'colspan="7">nothing in this period' in told


@pytest.fixture
def chromium() -> Iterator[str]:
    try:
        yield browser()
    except QuestionError:
        pytest.skip("no Chromium on the PATH")


@pytest.mark.browser
def test_the_pdf_is_beside_the_report_and_on_sheets_of_a4(
    example: Path, tmp_path: Path, chromium: str
) -> None:
    out = tmp_path / "board.html"
    done = run("report", "--out", str(out), "--pdf", cwd=example.parent)
    assert done.returncode == 0, done.stderr
    printed = out.with_suffix(".pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    boxes = {
        tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", printed)
    }
    assert boxes
    assert all(box[2:] == (pytest.approx(595, abs=1), pytest.approx(842, abs=1)) for box in boxes)


@pytest.mark.browser
def test_a_report_of_any_name_is_printed_as_a_page(tmp_path: Path, chromium: str) -> None:
    html, pdf = tmp_path / "report.txt", tmp_path / "report.pdf"
    html.write_text("<!doctype html><title>Northwind</title><p>Told", encoding="utf-8")
    print_pdf(html, pdf, program=chromium)
    assert b"/Title (Northwind)" in pdf.read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (360, "screen"), (673, "print")])
def test_columns_of_the_scorecard_are_wide_enough_for_words(
    contents: Contents, tmp_path: Path, chromium: str, width: int, media: str
) -> None:
    """A sheet of A4 is 673 pixels wide between its margins."""
    file = tmp_path / "report.html"
    file.write_text(page(contents), encoding="utf-8")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = opened.new_page(viewport={"width": width, "height": 900})
        shown.emulate_media(media=media)  # type: ignore[arg-type]
        shown.goto(file.as_uri())
        widths = shown.eval_on_selector_all(
            ".scorecard thead th", "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert min(widths) > 50
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        if media == "screen":
            assert [each["id"] for each in Axe().run(shown)["violations"]] == []
