"""A survey's file: JSON of at most a megabyte, read with every mistake told at once."""

from __future__ import annotations

import json
from typing import Any

from milepost.programs.surveys.document import parse
from milepost.programs.surveys.errors import Fault, SurveyError
from milepost.programs.surveys.survey import Survey as Document

LARGEST = 1_000_000
_WHERE = "file"


def read_file(content: bytes) -> Document:
    """The survey that a file holds. SurveyError tells every mistake in it."""
    if len(content) > LARGEST:
        raise _wrong(f"has {len(content)} bytes; a survey takes at most {LARGEST}")
    try:
        data = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_each_once, parse_constant=_no_number
        )
    except UnicodeDecodeError:
        raise _wrong("is not UTF-8; save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise _wrong(f"is not JSON: line {error.lineno}, {error.msg}") from None
    except RecursionError:
        raise _wrong("is nested too deeply to be a survey") from None
    except ValueError as error:
        raise _wrong(str(error)) from None
    return parse(data)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Of two fields of one name, JSON readers keep either: nobody could tell what is asked.
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"has the field '{twice[:64]}' twice in one table; leave one out")
    return table


def _no_number(word: str) -> object:
    raise ValueError(f"holds {word}, which is no number of JSON")


def _wrong(text: str) -> SurveyError:
    return SurveyError([Fault(_WHERE, text)])
