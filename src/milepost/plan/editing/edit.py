"""What a change of the plan's text is, and why one may be refused."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from milepost.errors import MilepostError

_AROUND = 3


class EditError(MilepostError, ValueError):
    """The plan cannot be changed so: it is written in a way that only its author can change."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference: `mark` is '+', '-', ' ' or '@'.

    '@' stands where lines are left out; its text is the number of the next line in the new text.
    """

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A plan's text before and after a change."""

    before: str
    after: str

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after

    @property
    def difference(self) -> tuple[Line, ...]:
        """The changed lines with three around them; a change of line ends alone shows as one."""
        found = difflib.unified_diff(
            _lines(self.before), _lines(self.after), lineterm="", n=_AROUND
        )
        return tuple(map(_line, list(found)[2:]))  # the first two are names of files


def _line(told: str) -> Line:
    if told.startswith("@"):
        return Line("@", told.partition("+")[2].partition(",")[0].partition(" ")[0])
    return Line(told[0], told[1:])


def _lines(text: str) -> list[str]:
    """The lines as a person counts them; a carriage return is kept, and told where it changes."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]
