"""Which page comes next: one question, the why, then further ones, then the thanks."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.programs.surveys.answers import Taken, to_ask
from milepost.programs.surveys.survey import Further, Survey

FIRST = "first"
WHY = "why"
THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its name in the address, and the fields of the form that it asks for."""

    name: str
    fields: tuple[str, ...] = ()


def steps(survey: Survey, taken: Taken) -> tuple[Step, ...]:
    """The pages of a respondent with these answers so far, from the first question to the thanks.

    A page keeps its name whatever is answered; a page with nothing to ask is left out.
    """
    asked = {question.name for question in to_ask(survey, taken)}
    groups = [
        Step(f"further-{number}", tuple(each.name for each in group if each.name in asked))
        for number, group in enumerate(_groups(survey), 1)
    ]
    pages = [Step(FIRST, (survey.kind.field,)), Step(WHY, _beside(survey)), *groups]
    return (*(page for page in pages if page.fields), Step(THANKS))


def next_step(survey: Survey, taken: Taken, *, after: str) -> Step:
    """The page after one that was sent; the first where nothing was answered yet."""
    pages = steps(survey, taken)
    if taken.first is None:
        return pages[0]
    order = _order(survey)
    done = order.index(after) if after in order else 0
    return next(page for page in pages if order.index(page.name) > done or page.name == THANKS)


def _order(survey: Survey) -> list[str]:
    groups = [f"further-{number}" for number, _ in enumerate(_groups(survey), 1)]
    return [FIRST, WHY, *groups, THANKS]


def _beside(survey: Survey) -> tuple[str, ...]:
    why = ("why",) if survey.why != "none" else ()
    return (*why, "call", "phone") if survey.call_me else why


def _groups(survey: Survey) -> list[list[Further]]:
    # A question waits for the page after the one that it depends on: a page works without scripts.
    groups: list[list[Further]] = []
    for question in survey.further:
        depends = question.when.question if question.when else None
        if not groups or depends in [each.name for each in groups[-1]]:
            groups.append([])
        groups[-1].append(question)
    return groups
