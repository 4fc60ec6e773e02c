"""Structured logs: one JSON object a line on standard error, without personal data.

A line names its event and, inside a request, the request's id. Addresses, phone numbers and the
tokens of links are taken out of whatever text comes; an error tells its type and its place.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from milepost.errors import MilepostError, one_line

# The id of the request that is being answered here.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_HIDDEN = (
    (re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;]+"), "<address>"),
    (re.compile(r"\+?\d[\d ().-]{6,}\d"), "<number>"),
    (re.compile(r"(?<![\w-])(?=[\w-]*[\dA-Z_-])[\w-]{20,}(?![\w-])"), "<token>"),
    (re.compile(r"://[^\s/@]*@"), "://<login>@"),
)
# Loggers whose lines repeat the request's own, and with its path.
_REPEATING = ("django.request", "django.security.csrf", "django.server", "_granian", "granian")
_LONGEST = 500
# The patterns take the square of a text's length.
_READ = 2_000

Fields = dict[str, object]


def begin(level: str) -> None:
    """Send every log line of this process to standard error; `level` as in the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _REPEATING:
        logging.getLogger(name).setLevel(logging.ERROR)


def hidden(text: str) -> str:
    """Text on one line without addresses, numbers and tokens.

    >>> hidden("to ada@example.com by /a/Zk3vP0w9yQm1x7Rr2LtS8A")
    'to <address> by /a/<token>'
    """
    text = text[:_READ]
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return one_line(text)[:_LONGEST]


class Lines(logging.Formatter):
    """Makes the line of a record: what `extra={"fields": {...}}` holds is in it as it is."""

    def format(self, record: logging.LogRecord) -> str:
        line: Fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self._event(record),
        }
        if found := request_id.get():
            line["request"] = found
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line |= told(record.exc_info[1], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _event(self, record: logging.LogRecord) -> str:
        """Our own events are constant; of others' only the pattern is told, for arguments may be anything."""
        text = record.getMessage() if record.name.startswith("milepost") else str(record.msg)
        return hidden(text)


def told(error: BaseException, trace: TracebackType | None) -> Fields:
    """An error's type and place, and its words where they are about machines and not about people."""
    frames = traceback.extract_tb(trace)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    fields: Fields = {"error": type(error).__name__, "places": places}
    if words := _words(error):
        fields["words"] = words
    return fields


def _words(error: BaseException) -> str:
    """Only what a mistake of set-up says: other errors may quote what somebody wrote."""
    if isinstance(error, MilepostError) or type(error).__name__ == "OperationalError":
        return hidden(str(error).partition("\n")[0])
    if isinstance(error, OSError) and error.strerror:
        return hidden(error.strerror)
    return ""
