"""The questions of every version of every survey, in the words of the plan, and what was answered to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from milepost.programs.surveys.survey import KINDS, Further
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Survey, Version
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
    """The questions of each version, looked up once. `surveys` are the ids of all surveys."""

    def __init__(self) -> None:
        self._names = dict(Survey.objects.values_list("pk", "name"))
        self._puts: dict[int, dict[str | None, Put]] = {}

    @property
    def surveys(self) -> list[int]:
        """The ids of all surveys."""
        return list(self._names)

    def answers(self, one: Mapping[str, Any]) -> Iterator[Answer]:
        """The answers of a response's columns: to the first question, then to the further ones."""
        puts = self._of(one["survey_id"], one["version_id"])
        if one["score"] is not None or one["answer"]:
            yield puts[None], one["score"], one["answer"] or None
        for name, value in one["further"].items():
            if name in puts:
                yield puts[name], *_value(value)

    def _of(self, survey: int, version: int) -> dict[str | None, Put]:
        if version not in self._puts:
            document = document_of(Version.objects.get(pk=version))
            self._puts[version] = puts(document, self._names[survey])
        return self._puts[version]


def puts(document: Document, name: str) -> dict[str | None, Put]:
    """The questions of a survey, the first (None) under the survey's name, the others under their own."""
    kind = document.kind
    scale = f"{kind.scale[0]}-{kind.scale[1]}" if kind.scale else None
    found: dict[str | None, Put] = {None: Put(name, kind.question, scale, kind.good, kind.audience)}
    for question in document.further:
        # A further question may bear the survey's name; an answer is known by its question's.
        called = f"{name}_2" if question.name == name else question.name
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
