"""Every plan that is written opens and builds; what is switched off works when switched on."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.facts import refresh
from milepost.engine.guessing.scalars import listed, pairs, scalar
from milepost.engine.project import open_project
from milepost.errors import DataError
from milepost.plan.load import read_plan
from milepost.plan.reading import read

HOSTILE = [
    "= 1",
    "*star",
    "yes",
    "a: b",
    "#x",
    "a.b",
    "x, y",
    '"q"',
    "{f}",
    "- z",
    "'",
    "日本",
    "1",
]


def put(folder: Path, columns: dict[str, list[object]], name: str = "answers.csv") -> Path:
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return file


def accounts(plan: Path) -> list:
    return [built.account for built in refresh(open_project(plan)).built.values()]


def switched_on(plan: Path, lines: str = "") -> None:
    """Remove the mark from all lines that hold `lines`."""
    text = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    plan.write_text(
        "".join(line.replace("#~ ", "", 1) if lines in line else line for line in text), "utf-8"
    )


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_a_scalar_reads_back_as_it_was(tmp_path_factory, text):
    if "\ud800" <= max(text, default="") <= "\udfff":
        return
    file = tmp_path_factory.getbasetemp() / "scalar.yaml"
    plain = f"a: {scalar(text)}\nb: {listed([text])}\nc: {pairs({text: text})}\n"
    file.write_text(plain, encoding="utf-8")
    tree, findings = read(file)
    assert tree is not None
    assert findings == ()
    assert tree.child("b").child(0).value == text
    assert list(tree.child("c").value) == [text]


def test_names_that_yaml_or_sql_could_misread(tmp_path, written):
    scores = [[str(n % 11) for n in range(30)] for _ in HOSTILE]
    columns = {f"NPS {name}": cells for name, cells in zip(HOSTILE, scores, strict=True)}
    columns |= {name: ["a", "b", "c"] * 10 for name in HOSTILE}
    plan = written(put(tmp_path, columns, "ä; b [1].csv"))
    (account,) = accounts(plan)
    assert account.adds_up
    assert account.mapped == 30
    assert all(question.used == 30 for question in account.questions)


def test_codes_are_not_answers_and_nothing_is_rejected(tmp_path, written):
    nps = [*[str(n % 11) for n in range(97)], "11", "Blank", "-99"]
    csat = [*[str(1 + n % 5) for n in range(95)], "0", "6", "N/A", "dk", "99"]
    plan = written(put(tmp_path, {"nps": nps, "satisfaction": csat}))
    (account,) = accounts(plan)
    assert [(q.used, q.rejected) for q in account.questions] == [(97, ()), (95, ())]


def test_an_ambiguous_date_is_the_one_finding_and_either_line_settles_it(tmp_path, written):
    days = ["04/05/2024", "01/02/2024", "03/04/2024"]
    plan = written(put(tmp_path, {"date": days, "nps": ["1", "9", "10"]}))
    with pytest.raises(DataError, match="day or month first"):
        accounts(plan)
    off = plan.read_text(encoding="utf-8")
    first = []
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        plan.write_text(off, encoding="utf-8")
        switched_on(plan, form)
        (account,) = accounts(plan)
        first.append(account.first_day)
    assert first == ["2024-02-01", "2024-01-02"]


def test_maybe_touchpoints_become_the_journey(tmp_path, written):
    stage = ["Order", "First Payment"] * 20
    plan = written(put(tmp_path, {"survey type": stage, "nps": [str(n % 11) for n in range(40)]}))
    assert open_project(plan).plan.touchpoints == ()
    switched_on(plan)
    (account,) = accounts(plan)
    assert account.notes == ()
    assert [t.name for t in open_project(plan).plan.touchpoints] == ["first_payment", "order"]


@pytest.mark.parametrize("good", ["high", "low"])
def test_each_choice_of_an_open_question_fits_the_plan(tmp_path, written, good):
    effort = [str(1 + n % 7) for n in range(40)]
    plan = written(put(tmp_path, {"effort": effort, "nps": [str(n % 11) for n in range(40)]}))
    assert [q.name for q in open_project(plan).plan.sources[0].questions] == ["nps"]
    switched_on(plan, f"good: {good}")
    (account,) = accounts(plan)
    assert [q.used for q in account.questions] == [40, 40]


def test_where_nothing_is_certain_the_plan_can_still_be_checked(tmp_path, written):
    plan = written(put(tmp_path, {"effort": [str(1 + n % 7) for n in range(40)]}))
    (account,) = accounts(plan)
    assert [q.name for q in account.questions] == ["undecided"]


def test_ratings_switched_on_have_their_touchpoints(tmp_path, written):
    five = [str(1 + n % 5) for n in range(40)]
    columns = {"nps": [str(n % 11) for n in range(40)], "food": five, "seat": five, "crew": five}
    plan = written(put(tmp_path, columns))
    switched_on(plan)
    assert read_plan(plan).findings == ()
    assert [t.name for t in open_project(plan).plan.touchpoints] == ["food", "seat", "crew"]


def test_the_decisions_of_a_person_are_written(tmp_path, written):
    data = put(tmp_path, {"effort": [str(1 + n % 7) for n in range(40)]})
    plan = written(data, decided={"effort": "low"})
    (asked,) = open_project(plan).plan.sources[0].questions
    assert (asked.type, asked.good, asked.scale) == ("ease", "low", (1, 7))


def test_an_empty_guess_is_a_plan_without_sources(tmp_path, written):
    plan = written(put(tmp_path, {"a": [n * 1.5 for n in range(40)]}))
    assert open_project(plan).plan.sources == ()
    assert re.search("^#~ sources:$", plan.read_text(encoding="utf-8"), re.MULTILINE)


def test_what_is_certain_is_kept_where_no_question_is(tmp_path, written):
    columns = {"id": range(40), "date": [f"2024-03-{1 + n % 28:02}" for n in range(40)],
               "country": ["DK", "SE"] * 20}  # fmt: skip
    plan = written(put(tmp_path, columns))
    text = plan.read_text(encoding="utf-8")
    assert "#~     columns: {answered_at: date, response_id: id}" in text
    assert "#~     attributes: {country: country}" in text


def test_the_second_half_of_a_doubled_export_is_rejected(tmp_path, written):
    columns = {"id": [*range(40), *range(40)], "NPS": [n % 10 for n in range(40)] * 2}
    (account,) = accounts(written(put(tmp_path, columns)))
    assert (account.mapped, account.rejected_records) == (40, 40)


def test_roles_switched_on_are_columns_of_the_fact(tmp_path, written):
    columns = {"NPS": [n % 11 for n in range(40)], "Kundenr": [f"K{n // 2}" for n in range(40)],
               "Vægt": [1, 30] * 20}  # fmt: skip
    plan = written(put(tmp_path, columns))
    switched_on(plan)
    mapped = open_project(plan).plan.sources[0].columns
    assert mapped == {"customer_id": "Kundenr", "weight": "Vægt"}


def test_a_file_of_a_thousand_columns_takes_seconds(tmp_path, written):
    columns = {f"c{i}": [str((i * r) % 7) for r in range(60)] for i in range(1_000)}
    assert read_plan(written(put(tmp_path, columns))).findings == ()
