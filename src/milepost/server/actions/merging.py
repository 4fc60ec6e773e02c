"""One page of a respondent held against what they answered before: what stands then, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from milepost.programs.surveys.answers import Flaw, Taken, as_given, merge, missing, take
from milepost.programs.surveys.steps import THANKS, Step, next_step, steps
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.suspicion import SIGNALS, Evidence, Signal, signals
from milepost.server.models import Response
from milepost.server.queries.asked import Asked


@dataclass(frozen=True, slots=True)
class Posted:
    """One page as a respondent sent it, unchecked.

    `nonce` is the page's, checked; `step` names the page; `form` has its fields as text;
    `evidence` is how it came.
    """

    nonce: str
    step: str
    form: Mapping[str, str | Sequence[str]]
    locale: str = "en"
    channel: str = "link"
    evidence: Evidence = field(default_factory=Evidence)


def taken_of(document: Document, response: Response | None) -> Taken:
    """The answers of a response as the survey's rules know them."""
    if response is None:
        return Taken()
    scored = document.kind.field == "score"
    further = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in response.further.items()
    }
    return Taken(
        first=response.score if scored else response.answer or None,
        why=response.comment,
        further=further,
        call=response.call_me,
        phone=response.phone,
    )


def merged(
    asked: Asked, response: Response | None, posted: Posted
) -> tuple[Taken, tuple[Flaw, ...]]:
    """The answers with what is right of this page over the earlier ones, and what is wrong of it."""
    document = asked.document
    before = taken_of(document, response)
    fields = _fields(document, before, posted)
    taken = merge(document, before, posted.form, fields)
    absent = missing(document, taken, phone_known=_phone_known(asked))
    flaws = tuple(flaw for flaw in (*taken.flaws, *absent) if flaw.name in fields)
    wrong = {flaw.name for flaw in flaws}
    if wrong:
        right = [name for name in fields if name not in wrong]
        taken = merge(document, before, posted.form, right)
    return taken, flaws


def _fields(document: Document, before: Taken, posted: Posted) -> list[str]:
    """The fields of the page that was sent, going by the answers as they would be with it."""
    sent = take(document, {**as_given(document, before), **posted.form})
    page = next((each for each in steps(document, sent) if each.name == posted.step), None)
    # A score may come with any page: the one that was pre-selected in the mail goes with the why.
    return list({*(page.fields if page else ()), *({document.kind.field} & posted.form.keys())})


def step_after(asked: Asked, taken: Taken, flaws: tuple[Flaw, ...], step: str) -> Step:
    """The page that follows: the same one while something of it is wrong."""
    pages = steps(asked.document, taken)
    if flaws:
        return next((each for each in pages if each.name == step), pages[0])
    after = next_step(asked.document, taken, after=step)
    if after.name != THANKS:
        return after
    # Whoever skipped a page by its address is led back to what has to be answered.
    absent = {flaw.name for flaw in missing(asked.document, taken, phone_known=_phone_known(asked))}
    return next((each for each in pages if absent & set(each.fields)), after)


def _phone_known(asked: Asked) -> bool:
    return bool(asked.invitation and asked.invitation.person.phone)


def signs(
    document: Document, response: Response | None, taken: Taken, posted: Posted
) -> tuple[Signal, ...]:
    """What speaks for a machine: of the page that gave the score, and of every page after it."""
    evidence = replace(posted.evidence, comment=bool(taken.why))
    names = {sign.name for sign in signals(evidence)}
    if response and not scores(document, posted):
        names |= {name for name in response.signals if name != "no_comment" or not taken.why}
    return tuple(sign for sign in SIGNALS if sign.name in names)


def scores(document: Document, posted: Posted) -> bool:
    """Whether a page gives an answer to the first question."""
    return bool(posted.form.get(document.kind.field))


def changes(document: Document, response: Response, taken: Taken) -> bool:
    """Whether a page changes what was answered before; adding to it is no change."""
    before = taken_of(document, response)
    pairs = (
        (before.first, taken.first),
        (before.why, taken.why),
        (before.call or None, taken.call),
        (before.phone, taken.phone),
        *((value, taken.further.get(name)) for name, value in before.further.items()),
    )
    return any(was not in (None, "") and was != to for was, to in pairs)
