"""The generated company: the same for the same seed, within its own rules, and written so that it can be read."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost.demo
from milepost import clock
from milepost.demo.customers import SCANNED
from milepost.demo.orders import FLEXBUD
from milepost.demo.programs import BUDGET_DAYS, PROGRAMS, SURVEYS
from milepost.demo.span import MONTHS, TIMEZONE, span_of
from milepost.demo.telling import command, page
from milepost.demo.truths import NON_TRUTHS, TRUTHS
from milepost.demo.words import LANGUAGES, phrases
from milepost.demo.world import World, world
from milepost.demo.writing import write
from milepost.engine.project import open_project
from milepost.insight.asking import question_of
from milepost.programs.deciding.documents import parse as parse_program
from milepost.programs.surveys.document import parse as parse_survey
from milepost.programs.surveys.survey_types import BY_NAME as TYPES

TODAY = date(2026, 11, 22)
FEW = 1_500
SENTENCES = Path(milepost.demo.__file__).parent / "comments"


@pytest.fixture(scope="module")
def small() -> World:
    return world(TODAY, 3, FEW)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_seed_and_day_give_the_same_bytes(small: World, tmp_path: Path) -> None:
    write(small, tmp_path / "a")
    write(world(TODAY, 3, FEW), tmp_path / "b")
    write(world(TODAY, 4, FEW), tmp_path / "c")
    first, again, other = (files(tmp_path / name) for name in "abc")
    assert first == again
    assert {name for name in first if first[name] == other[name]} == {"milepost.yaml"}
    again_said = world(TODAY, 3, FEW)
    assert again_said.answers == small.answers
    assert again_said.asking == small.asking


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_the_span_is_eighteen_whole_months_and_today_s(today: date) -> None:
    span = span_of(today)
    assert span.until == today
    assert span.months[-1] == today.replace(day=1)
    assert len(span.months) == MONTHS + 1
    assert all((b - a).days in (28, 29, 30, 31) and b.day == 1 for a, b in pairwise(span.months))
    assert span.courier == (span.months[-2], span.months[-1])
    since, until = span.fault
    assert since.weekday() == until.weekday() == 0
    assert span.months[MONTHS - 5] <= since < until <= span.months[MONTHS - 4]


def test_the_plan_has_no_mistakes_and_every_signal_a_source(small: World, tmp_path: Path) -> None:
    write(small, tmp_path)
    plan = open_project(tmp_path / "milepost.yaml").plan
    assert len(plan.journeys) == 2
    assert {point.name for point in plan.touchpoints} >= {
        one.touchpoint for one in SURVEYS if one.touchpoint
    }
    assert plan.company.timezone == TIMEZONE


def test_nothing_happens_after_today(small: World, tmp_path: Path) -> None:
    write(small, tmp_path)
    now = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    for file in sorted((tmp_path / "data").glob("*.parquet")):
        table = pq.read_table(file)
        for name in table.column_names:
            if str(table.schema.field(name).type).startswith("timestamp"):
                # What is due may lie ahead.
                latest = max(filter(None, table[name].to_pylist()))
                assert latest < now + timedelta(days=1 if name == "due_at" else 0), (
                    file.name,
                    name,
                )
    assert all((one.back or one.at) < small.span.days for one in small.asking.asked if one.fate)


def test_nobody_is_asked_twice_within_the_budget_but_by_the_pulse(small: World) -> None:
    times = defaultdict(list)
    for one in small.asking.asked:
        if one.fate:
            times[one.who].append((one.at, one.program.tiring))
    pairs = [pair for asked in times.values() for pair in pairwise(asked)]
    assert pairs
    assert all(b - a >= BUDGET_DAYS for (a, _), (b, tiring) in pairs if not tiring)
    assert any(b - a < BUDGET_DAYS for (a, _), (b, tiring) in pairs if tiring)


def test_nobody_is_asked_after_leaving_the_list(small: World) -> None:
    assert {status for status, _ in small.asking.status.values()} == {"unsubscribed", "bounced"}
    for one in small.asking.asked:
        _, since = small.asking.status.get(one.who, ("", np.inf))
        assert one.fate is None or one.at <= since
        assert one.fate is None or one.who not in small.asking.refusing


def test_scores_are_on_their_scale(small: World) -> None:
    for place, said in small.answers.items():
        kind = TYPES[small.asking.asked[place].program.survey.type]
        if kind.scale:
            assert said.score is not None
            assert kind.scale[0] <= said.score <= kind.scale[1]
        else:
            assert said.answer in kind.options


def test_the_scanner_answers_for_its_account_only(small: World) -> None:
    since = small.span.day(small.span.scanner)
    fates = {
        one.fate
        for one in small.asking.asked
        if one.fate and small.people.account[one.who] == SCANNED and one.at >= since
    }
    assert "quarantined" in fates
    assert "answered" not in fates


def test_the_other_courier_drives_in_its_month_and_region_only(small: World) -> None:
    orders = small.history.orders
    by_flexbud = orders.courier == FLEXBUD
    there = small.people.region[orders.who] == "Jutland"
    assert np.array_equal(by_flexbud, there & small.span.within(orders.at, small.span.courier))
    assert by_flexbud.sum() > 50


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda one: one.name)
def test_every_survey_is_one_that_the_server_takes(survey: object) -> None:
    assert parse_survey(survey.document).name == survey.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.name)
def test_every_program_is_one_that_the_server_takes(program: object) -> None:
    rule = parse_program(program.document(TODAY))  # type: ignore[attr-defined]
    assert rule.survey_type == program.survey.type  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_everything(language: str) -> None:
    english = tomllib.loads((SENTENCES / "en.toml").read_text("utf-8"))
    own = tomllib.loads((SENTENCES / f"{language}.toml").read_text("utf-8"))
    assert {name: set(tones) for name, tones in own.items()} == {
        name: set(tones) for name, tones in english.items()
    }
    assert all(said for tones in own.values() for said in tones.values())
    rng, words = np.random.default_rng(1), phrases()
    said = {words.say(rng, language, "delivery", "bad") for _ in range(300)}
    assert len(said) > 20
    assert not any("{" in text for text in said)


def test_each_writes_in_their_own_language(small: World) -> None:
    written = defaultdict(list)
    for place, said in small.answers.items():
        written[str(small.people.locale[small.asking.asked[place].who])].append(said.comment)
    assert set(written) == set(LANGUAGES)
    for language, between in (("ar", ("\u0600", "\u06ff")), ("zh-Hans", ("\u4e00", "\u9fff"))):
        texts = [text for text in written[language] if text]
        assert texts
        assert all(any(between[0] <= letter <= between[1] for letter in text) for text in texts)


def test_the_commands_of_the_page_ask_the_same_questions() -> None:
    import shlex

    span, told = span_of(TODAY), page(span_of(TODAY))
    looks = [look.ask(span) for truth in TRUTHS for look in truth.looks]
    for question in (*looks, *(none.ask(span) for none in NON_TRUTHS)):
        assert command(question) in told
        words = shlex.split(command(question))
        options = dict(zip(words[3::2], words[4::2], strict=True))
        asked = question_of(
            metrics=words[2], **{name.removeprefix("--"): value for name, value in options.items()}
        )  # type: ignore[arg-type]
        assert asked == question


def test_there_are_seven_truths_and_ten_that_are_none() -> None:
    assert len(TRUTHS) == 7
    assert len(NON_TRUTHS) == 10
    assert len({one.name for one in (*TRUTHS, *NON_TRUTHS)}) == 17


def test_the_day_is_that_of_the_clock() -> None:
    # At half past eleven in the evening in UTC it is tomorrow in Copenhagen.
    with clock.at(datetime(2026, 10, 31, 23, 30, tzinfo=UTC)):
        assert span_of(clock.today(TIMEZONE)).courier[0] == date(2026, 10, 1)
