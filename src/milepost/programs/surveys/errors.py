"""What is wrong with a survey: every mistake at once, each with its place in the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milepost.errors import MilepostError


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: `where` is the path in the document, such as `further[2].options`."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class SurveyError(MilepostError, ValueError):
    """The survey is wrong. `faults` holds every mistake, in the order of the document."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(*map(str, self.faults))
