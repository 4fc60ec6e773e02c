"""A log line is JSON, is one line, and holds nothing about a person."""

from __future__ import annotations

import json
import logging

from django.db import IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import MilepostError
from milepost.server.logs import Lines, hidden
from milepost.server.models.fields import token

NAMES = st.from_regex(r"[a-z][a-z0-9._+-]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_characters="@", exclude_categories=["Cs"]), max_size=40)


def line(
    message: str, *args: object, logger: str = "milepost.x", error: Exception | None = None
) -> dict[str, object]:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord(logger, logging.ERROR, "", 0, message, args, info)
    text = Lines().format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


@given(before=TEXTS, name=NAMES, domain=NAMES, after=TEXTS)
def test_an_address_is_never_told(before: str, name: str, domain: str, after: str) -> None:
    told = hidden(f"{before} {name}@{domain}.example {after}")

    assert f"{name}@" not in told


@given(before=TEXTS)
def test_a_token_is_never_told(before: str) -> None:
    made = token()

    assert made not in hidden(f"{before} /a/{made}?v=9")


@given(digits=st.from_regex(r"\+[1-9][0-9]{8,14}", fullmatch=True))
def test_a_phone_number_is_never_told(digits: str) -> None:
    assert digits[1:] not in hidden(f"to {digits}.")


def test_what_others_log_is_told_without_its_arguments() -> None:
    assert line("refused %s", "Ada Lovelace", logger="somebody.else")["event"] == "refused %s"


def test_an_error_that_may_quote_a_person_tells_its_type_only() -> None:
    for error in (
        ValueError("Ada Lovelace"),
        IntegrityError("Key (name)=(Ada Lovelace)"),
        KeyError("Ada"),
    ):
        told = line("failed", error=error)
        assert told["error"] == type(error).__name__
        assert "Ada" not in json.dumps(told)


def test_an_error_of_the_setup_tells_its_words() -> None:
    assert line("failed", error=OperationalError("disk is full\nAda"))["words"] == "disk is full"
    assert line("failed", error=MilepostError("no such thing"))["words"] == "no such thing"
    assert (
        line("failed", error=ConnectionRefusedError(111, "Connection refused"))["words"]
        == "Connection refused"
    )
