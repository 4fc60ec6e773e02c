"""Text that is built to take long: what anybody may send must cost no more than it weighs."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from milepost.channels.email.bounce import bounced
from milepost.programs.surveys.answers import take
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.errors import SurveyError
from milepost.server.forms.survey_files import read_file
from milepost.server.importing import values
from milepost.server.importing.moments import moment
from milepost.server.logs import hidden

# Marks that are to be put in order: what normalizes them takes the square of their number.
MARKS = "\u0315\u0300" * 15_000
SURVEY = parse({
    "name": "survey", "title": "A survey", "type": "nps", "call_me": True,
    "further": [{"name": "many", "kind": "number", "texts": {"en": {"question": "How many?"}}}],
})  # fmt: skip


def seconds(act: Callable[[], object]) -> float:
    began = time.thread_time()
    act()
    return time.thread_time() - began


@pytest.mark.parametrize("text", [MARKS, "9" * 1_000_000, "+" + "4 " * 500_000, "\ufdfa" * 100_000])
@pytest.mark.parametrize("field", ["phone", "many", "score", "why"])
def test_an_answer_is_held_against_its_survey_at_once(field: str, text: str) -> None:
    given = {"score": "9", "call": "1", "phone": "+4532123456", field: text}

    assert seconds(lambda: take(SURVEY, given)) < 0.3


def test_a_number_of_any_script_is_still_read() -> None:
    taken = take(SURVEY, {"score": "9", "call": "1", "phone": "+٤٥ ３２ 12 34 56", "many": "१२"})

    assert (taken.phone, taken.further["many"], taken.flaws) == ("+4532123456", 12, ())


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "9" * 100_000, "a-" * 50_000, "://" + "a" * 99_000]
)
def test_a_log_line_is_cleared_of_names_at_once(text: str) -> None:
    assert seconds(lambda: hidden(text)) < 0.3


def test_what_stands_far_into_a_long_text_is_not_logged_either() -> None:
    assert "ada@example.com" not in hidden("x " * 800 + "ada@example.com")
    assert "ada" not in hidden("y" * 100_000 + " ada@example.com")


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a." * 100_000, "a@" + "a." * 100_000, "a@" + "a-" * 100_000, "1 " * 100_000]
)  # fmt: skip
@pytest.mark.parametrize("read", [values.email, values.phone, values.locale, values.zone])
def test_a_cell_is_read_at_once(read: Callable[[str], object], text: str) -> None:
    def tried() -> None:
        with pytest.raises(values.Unusable):
            read(text)

    assert seconds(tried) < 0.5


@pytest.mark.parametrize("text", ["1" * 100_000, "1/1/2026 " + " " * 100_000 + "x", "1:" * 50_000])
def test_a_date_is_read_at_once(text: str) -> None:
    def tried() -> None:
        with pytest.raises(values.Unusable):
            moment(text, "UTC")

    assert seconds(tried) < 0.3


@pytest.mark.parametrize(
    "content",
    [b"[" * 900_000, b'{"a":' * 180_000, b"1" * 900_000, b"NaN", b'"\\ud800"', b"\xff\xfe", b'{"a":1e999}'],
)  # fmt: skip
def test_a_hostile_survey_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SurveyError) as wrong:
        read_file(content)
    assert "\n" not in str(wrong.value.faults[0])


def _report(inside: bytes) -> bytes:
    return (
        b"From: MAILER-DAEMON@x.example\nSubject: Undeliverable\n"
        b"Content-Type: multipart/report; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\n" + inside + b"\n--b--\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        _report(b"A: b\n" * 100_000),
        _report(b"Status: " + b"5" * 900_000),
        b"From: MAILER-DAEMON@x\nSubject: Undeliverable\n\na@b" + b" " * 49_000 + b"x",
        b"From: MAILER-DAEMON@x\nSubject: Undeliverable\n\n" + b"> " * 24_000,
        b"Content-Type: message/rfc822\n\n" * 3_000,
        b"References: " + b"<a" * 300_000 + b"\n\nx",
        _report(b"\n\n" * 300_000),
        _report(b"A: b\n\n" * 100_000),
    ],
)  # fmt: skip
def test_a_mail_that_came_back_is_read_at_once(raw: bytes) -> None:
    assert seconds(lambda: bounced(raw)) < 2
