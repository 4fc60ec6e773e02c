"""Every exception that Milepost raises on purpose; each message is one line that a person can act on.

MilepostError
├── PlanError       milepost.yaml is wrong; carries all findings of the file
├── QuestionError   what was asked cannot be answered
│   └── UnknownName a metric, touchpoint, segment or column that does not exist
├── DataError       a source cannot be read or does not fit its mapping
└── BusyError       another process holds what this one needs
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Controls, line separators, lone surrogates, and what overrides the direction of writing.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class MilepostError(Exception):
    """The root: each text is one line, a traceback would be a bug."""

    def __init__(self, *texts: str) -> None:
        super().__init__("\n".join(map(one_line, texts)))


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake in a file: where it is and what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class PlanError(MilepostError, ValueError):
    """The plan is wrong. `findings` holds every mistake of the file, in the order of its lines."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__(*map(str, self.findings))


class QuestionError(MilepostError, ValueError):
    """The request is wrong; the plan may be right."""


class UnknownName(QuestionError, LookupError):
    """A name that nothing bears, with the nearest right one."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"{kind} '{name}' is unknown{hint(name, known)}")


class DataError(MilepostError, ValueError):
    """A source cannot be read, or does not fit its mapping."""


class BusyError(MilepostError, RuntimeError):
    """Another process is at work on the same store."""


def one_line(text: str) -> str:
    r"""Text on one line: controls, and what would turn the direction of writing, written out.

    >>> print(one_line("a\x1b[31mred\nb"))
    a\x1b[31mred\nb
    """
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped one most likely meant.

    >>> nearest("securty", ["security", "parking"])
    'security'
    """
    candidates = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), candidates, n=1, cutoff=0.6)
    return candidates[close[0]] if close else None


def hint(name: str, known: Iterable[str]) -> str:
    """The end of a message about a wrong name: the nearest right one, or all there are.

    >>> hint("xyz", ["a", "b"])
    '; known: a, b'
    """
    names = sorted(known)
    close = nearest(name, names)
    if close:
        return f"; did you mean '{close}'?"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"; known: {shown}" if names else "; there are none"
