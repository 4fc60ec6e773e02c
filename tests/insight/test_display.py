"""What people read: nothing is lost, nothing is too long, and nothing in the data steers a terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from milepost.engine.flow import Flow
from milepost.engine.question import Question
from milepost.insight.answer import Answer
from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.cells import Against, Beside, Cell, CourseOf
from milepost.insight.display import lines_of
from milepost.insight.visible import visible

WIDTHS = (30, 40, 44, 52, 60, 66, 80, 100)
LONG = "Terminal 2, international departures, upper level"


def cell(value: float | None = 82.3, year: int = 2017, **given: Any) -> Cell:
    filled: dict[str, Any] = {
        "metric": "csat", "definition": "csat@1", "title": "Customer satisfaction, top boxes",
        "unit": "percent", "touchpoint": None, "by": {}, "since": date(year, 1, 1),
        "until": date(year + 1, 1, 1), "period": str(year), "complete": True, "value": value,
        "low": 80.7, "high": 83.8, "confidence": 0.95, "method": "Wilson", "weighted": False,
        "n": 2688.0, "n_eff": 2331.0, "clusters": 128, "respondents": 2688, "sums": {},
        "against": Against("previous", date(year - 1, 1, 1), 81.4, 0.9, -1.3, 3.0, 0.4, 0.6, 7),
        "detectable": 3.0, "verdict": "within usual variation",
    }  # fmt: skip
    return Cell(**(filled | given))


def answer(*cells: Cell, **given: Any) -> Answer:
    return Answer("milepost.yaml", datetime(2026, 11, 22, tzinfo=UTC), cells,
                  **({"question": Question()} | given))  # fmt: skip


def card(*stops: Stop, company: str = "Acme") -> Answer:
    scorecard = Scorecard(company, "2017", "2016", True, 10, stops)
    return answer(*(x.cell for s in stops for x in s.lines if x.cell), scorecard=scorecard)


def stop(*lines: Line, name: str | None = "web", title: str = "Web shop") -> Stop:
    return Stop(name, title, Flow(1_200_000, 12_000, 2_802), lines, ("interaction", "outcome"))


def rows(text: str) -> list[str]:
    return text.splitlines()


def test_segments_are_never_lost() -> None:
    by = [
        {"language": one, "terminal": two} for one in ("English", "Chinese") for two in (LONG, "B")
    ]
    cells = [cell(year=year, by=cut) for year in (2016, 2017) for cut in by]
    for width in WIDTHS:
        text = " ".join(answer(*cells).table(width=width).split())
        for cut in by:
            assert " · ".join(cut.values()) in text
        assert "by language, terminal" in text


def test_the_periods_of_a_segment_stand_together() -> None:
    cells = [cell(value, year, by={"land": land})
             for year, value in ((2016, 1.0), (2017, 2.0)) for land in ("DK", "SE")]  # fmt: skip
    text = rows(answer(*cells).table())
    at = text.index("DK")
    assert [line.split()[:2] for line in text[at + 1 : at + 5 : 2]] == [
        ["2016", "1.0"],
        ["2017", "2.0"],
    ]
    assert text[at + 5] == "SE"


def test_the_segments_of_a_period_stand_together_where_they_are_compared() -> None:
    cells = [cell(year=year, by={"land": land}) for year in (2016, 2017) for land in ("DK", "SE")]
    text = rows(answer(*cells, question=Question(against="rest")).table())
    assert text[text.index("2016") + 1].startswith("  DK ")


def test_a_long_label_has_a_line_of_its_own_and_the_column_widens_where_it_can() -> None:
    shown = answer(cell(by={"gate": LONG[:25]}), cell(by={"gate": "B"}))
    narrow, wide = rows(shown.table(width=80)), rows(shown.table(width=100))
    at = narrow.index(f"  {LONG[:25]}")
    assert narrow[at + 1].startswith(" " * 20)
    assert narrow[at + 1].split()[0] == "82.3"
    assert any(line.startswith(f"  {LONG[:25]}  82.3 %") for line in wide)


def test_values_that_could_be_mistaken_are_quoted() -> None:
    values = ["DK", "DK ", "", None, "(not stated)"]
    text = answer(*(cell(by={"land": value}) for value in values)).table()
    for label in ("  DK  ", '  "DK "  ', '  ""  ', "  (not stated)  ", '  "(not stated)"  '):
        assert text.count(label) == 1


@pytest.mark.parametrize(
    ("low", "high", "unit"),
    [(-12.34, -10.11, "score"), (-1234567.1, 7654321.9, "score"), (0.0, 100.0, "percent")],
)
def test_columns_hold_whatever_the_numbers(low: float, high: float, unit: str) -> None:
    long = cell(low, low=low, high=high, unit=unit, n=123_456.0, by={"land": "SE"})
    text = rows(answer(cell(by={"land": "DK"}), long).table())
    head, one, other = text[1], *(line for line in text if line.startswith(("  DK", "  SE")))
    end = head.index("interval") + len("interval")
    for line in (one, other):
        assert line[end] == " "
        assert line[end - 1] != " "
    assert max(map(len, text)) <= 80


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("details", [False, True])
def test_no_line_is_longer_than_the_width(width: int, details: bool) -> None:
    full = cell(
        beside=Beside("csat_mean", "CSAT, mean", "score", 4.07), target=80.0, target_verdict="met",
        course=CourseOf("rising", 0.5, 0.01, 0.02, tuple(range(13))), low_n=True,
    )  # fmt: skip
    lines = (
        Line("perception", "csat", "Customer satisfaction with everything", True, full),
        Line("outcome", "nps", "顧客満足度の推移と比較", False, full),
        Line("outcome", "ces", "CES", False, None),
        Line("outcome", "x", "X", False, None, brought=False),
    )
    titles = ("Check-in and wayfinding", "ゲートと搭乗" * 12, "x" * 120, "بوابة الصعود إلى الطائرة")
    shown = card(*(stop(*lines, title=title) for title in titles), company="株式会社" * 20)
    table = answer(*(cell(by={"a": LONG, "b": "漢字" * 30, "c": f"{n}"}) for n in range(5)))
    for found in (shown, table):
        text = lines_of(found, width=width, details=details)
        assert max(line.cell_len for line in text) <= width


def test_one_row_and_five_hundred() -> None:
    assert len(rows(answer(cell()).table())) == 6
    many = answer(*(cell(by={"shop": f"shop {n}"}) for n in range(500)))
    text = many.table(width=40)
    assert all(f"shop {n} " in text for n in range(500))
    assert max(map(cell_len, rows(text))) <= 40


def test_what_has_no_column_stands_under_the_number() -> None:
    text = answer(cell(by={"land": "Danmark og omegn"})).table(width=40)
    for part in ("95 % interval 80.7–83.8", "change +0.9", "within usual variation"):
        assert part in text
    assert rows(text)[2].split() == ["value", "n"]


def test_the_companys_number_at_a_touchpoint_says_so() -> None:
    nps = cell(metric="nps")
    shown = card(
        stop(Line("outcome", "nps", "NPS", True, nps), name=None, title="Acme"),
        stop(Line("outcome", "nps", "NPS", True, nps, of_company=True),
             Line("outcome", "nps", "CSAT", False, cell(touchpoint="web"))),
    ).table()  # fmt: skip
    assert shown.count("NPS (company)") == 1
    assert "CSAT (company)" not in shown


@pytest.mark.parametrize(("confidence", "name"), [(0.9, "90 %"), (0.999, "99.9 %")])
def test_the_interval_is_called_by_its_confidence(confidence: float, name: str) -> None:
    question = Question(confidence=confidence)
    assert f" {name} interval " in rows(answer(cell(), question=question).table())[1]


def test_how_many_changes_were_judged_together() -> None:
    course = CourseOf("steady", 0.1, 0.5, 0.5, (1.0, 2.0))
    own, board = cell(), cell(course=course, touchpoint="web")
    rate = "judged together (false discovery rate 10\u00a0%)"
    assert rows(answer(own).table())[-1] == f"7 changes {rate}"
    assert rows(answer(board).table())[-1] == f"7 changes of the scorecard {rate}"
    both = answer(own, board).table().replace("\n", " ")
    assert both.endswith(f"7 changes of the scorecard, and apart from them 7 changes, {rate}")
    assert "judged" not in answer(cell(against=Against("previous"))).table()


HOSTILE = "a\x1b[31m\r\n\x00\t\x9b2J\u202ex\u2066"


def test_nothing_steers_the_terminal() -> None:
    lines = (
        Line("outcome", "m", HOSTILE, True, cell()),
        Line("outcome", "m", HOSTILE, False, None),
    )
    shown = [
        card(stop(*lines, title=HOSTILE), company=HOSTILE),
        answer(cell(by={HOSTILE: HOSTILE}), cell(year=2016, by={HOSTILE: None}), notes=(HOSTILE,)),
        answer(cell(touchpoint=HOSTILE, title=HOSTILE)),
    ]
    for found in shown:
        text = found.table()
        assert not set(text) & (set(HOSTILE) - set("a[31m2Jx\n"))
        assert r"a\x1b[31m\r\n\x00\t\x9b2J\u202ex\u2066" in text.replace("\n", "").replace("  ", "")


def test_json_and_csv_are_exact() -> None:
    found = answer(cell(by={"land": "=1+1\x1b"}), question=Question(by=("land",)))
    assert found.to_data()["cells"][0]["by"]["land"] == "=1+1\x1b"
    assert ",=1+1\x1b\n" in found.to_csv()


@given(st.text())
def test_visible_text_is_one_line_that_prints(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert shown.encode() or not text
    assert "\x1b" not in shown


def test_right_to_left_text_leaves_the_numbers_in_their_place() -> None:
    row = next(
        line for line in rows(answer(cell(by={"land": "العربية"})).table()) if "العربية" in line
    )
    assert "\u200eالعربية\u200e" in row
    assert cell_len(row) == cell_len(rows(answer(cell(by={"land": "DK"})).table())[3])
