"""The questions of every version of every survey, in the words of the plan, and what was answered to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.programs.surveys.survey import KINDS, Further
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Version
from milepost.server.queries.asked import document_of

Answer = tuple["Put", float | None, str | None]


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it was put: its name, its type in the plan, its scale (`0-10`) and good end."""

    question: str
    type: str
    scale: str | None
    good: str
    audience: str


class Questions:
    """The questions of each version, looked up once."""

    def __init__(self) -> None:
        self._puts: dict[int, dict[str | None, Put]] = {}

    def answers(self, one: Mapping[str, Any]) -> Iterator[Answer]:
        """The answers of a response's columns: to the first question, then to the further ones."""
        asked = self._of(one["version_id"])
        if one["score"] is not None or one["answer"]:
            yield asked[None], one["score"], one["answer"] or None
        for name, value in one["further"].items():
            if name in asked:
                yield asked[name], *_value(value)

    def _of(self, key: int) -> dict[str | None, Put]:
        if key not in self._puts:
            version = Version.objects.select_related("survey").get(pk=key)
            self._puts[key] = puts(document_of(version), version.survey.name)
        return self._puts[key]


def puts(document: Document, name: str) -> dict[str | None, Put]:
    """The questions of a survey, the first (None) under the survey's name, the others under their own."""
    kind = document.kind
    scale = f"{kind.scale[0]}-{kind.scale[1]}" if kind.scale else None
    found: dict[str | None, Put] = {None: Put(name, kind.question, scale, kind.good, kind.audience)}
    for question in document.further:
        # A response has one answer to a question; no name has a dot, so that none is taken.
        called = f"{name}.{name}" if question.name == name else question.name
        found[question.name] = _further(question, called, kind.audience)
    return found


def _further(question: Further, called: str, audience: str) -> Put:
    ends = question.choices if question.kind == "rating" else ()
    scale = f"{ends[0]}-{ends[-1]}" if ends else None
    return Put(called, KINDS[question.kind].question, scale, "high", audience)


def _value(value: object) -> tuple[float | None, str | None]:
    """A score or a word; several that were ticked are one answer, so that it has one row."""
    if isinstance(value, list):
        return None, ", ".join(value)
    return (None, value) if isinstance(value, str) else (float(str(value)), None)
