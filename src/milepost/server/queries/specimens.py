"""An asking that never was: a survey's draft as somebody invented would be asked it. Nothing is stored."""

from __future__ import annotations

from milepost import clock
from milepost.programs.surveys.answers import Taken, Value
from milepost.programs.surveys.document import as_data
from milepost.programs.surveys.survey import Further
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Invitation, Message, Person, Survey, Version
from milepost.server.queries.asked import Asked

# Stands in every link of it, and leads nowhere.
TOKEN = "preview"
_NAME = "Alex Example"
_WORDS = "…"


def specimen(survey: Survey, document: Document, locale: str, *, event: bool = False) -> Asked:
    """The draft as it would be asked; `event`: because something happened, not at an interval."""
    version = Version(survey=survey, number=0, document=as_data(document))
    invitation = Invitation(
        token=TOKEN,
        survey=survey,
        version=version,
        # No row has this key: what is looked up of them is not there.
        person=Person(pk=0, name=_NAME, email="alex@example.com", locale=locale, test=True),
        locale=locale,
        test=True,
        due_at=clock.now(),
    )
    # Only whether there is one is looked at.
    invitation.event_id = 1 if event else None
    return Asked(survey, version, document, invitation)


def specimen_message(asked: Asked, *, reminder: bool = False) -> Message:
    """The mail's row of such an asking."""
    return Message(invitation=asked.invitation, ordinal=2 if reminder else 1, due_at=clock.now())


def taken_for(document: Document, answer: str) -> Taken:
    """Answers of somebody of a class (or who chose the option `answer`) that meet every condition that can be."""
    return Taken(first=_first(document, answer), further=dict(_met(document)))


def answers(document: Document) -> list[str]:
    """What `taken_for` may be told: the classes, or else the options of the first question."""
    return [each.name for each in document.kind.classes] or list(document.choices)


def _first(document: Document, answer: str) -> int | str:
    if document.kind.classes:
        found = (each for each in document.kind.classes if each.name == answer)
        return next(found, document.kind.classes[0]).most
    if document.choices:
        return answer if answer in document.choices else document.choices[0]
    return _WORDS


def _met(document: Document) -> dict[str, Value]:
    kinds = {each.name: each for each in document.further}
    conditions = (each.when for each in document.further if each.when)
    return {
        when.question: _given(kinds[when.question], when.answers[0])
        for when in conditions
        if when.question in kinds
    }


def _given(question: Further, answer: str) -> Value:
    if question.kind == "multiple":
        return (answer,)
    return int(answer) if question.kind == "rating" else answer
