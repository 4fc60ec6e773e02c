"""What a check found, in words, and how findings are printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from milepost.errors import one_line

Grade = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. What is not ok says what to do."""

    about: str
    grade: Grade
    text: str


def lines(found: Sequence[Finding]) -> str:
    """A line a finding, then how many are wrong."""
    width = max((len(finding.about) for finding in found), default=0)
    rows = [f"{f.grade:<8}{f.about:<{width}}  {one_line(f.text)}" for f in found]
    return "\n".join([*rows, "", _sum(found)]) + "\n"


def as_json(found: Sequence[Finding]) -> str:
    """The findings as a JSON list."""
    return json.dumps([asdict(finding) for finding in found], indent=1, ensure_ascii=False) + "\n"


def _sum(found: Sequence[Finding]) -> str:
    wrong, doubtful = (sum(f.grade == grade for f in found) for grade in ("wrong", "warning"))
    if not wrong and not doubtful:
        return "Nothing is wrong."
    return f"{wrong} wrong, {doubtful} to look at, of {len(found)}."
