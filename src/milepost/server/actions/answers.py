"""Storing what respondents answer: one response an invitation, merged step by step, with its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from milepost import clock
from milepost.errors import MilepostError
from milepost.programs.surveys.answers import Flaw, Taken, as_given, missing, take
from milepost.programs.surveys.steps import THANKS, Step, next_step, steps
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.actions.alerts import alert
from milepost.server.actions.auditing import record
from milepost.server.actions.marking import mark
from milepost.server.databases import writing
from milepost.server.models import Change, Company, Invitation, Member, Message, Response
from milepost.server.queries.asked import Asked


class AnswerRefused(MilepostError):
    """An answer that is no longer taken; `why` is the key of the page's text: closed, already or fixed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"answer not stored: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Posted:
    """One page as a respondent sent it, unchecked.

    `nonce` is the page's, checked; `step` names the page; `form` has its fields as text.
    `suspicious` tells whether `signals` speak for a machine.
    """

    nonce: str
    step: str
    form: Mapping[str, str | Sequence[str]]
    locale: str = "en"
    channel: str = "link"
    signals: tuple[str, ...] = ()
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a page: the response (None: nothing was stored), what was wrong, the next page."""

    response: Response | None
    flaws: tuple[Flaw, ...]
    after: Step


# What the history of a response keeps of each earlier state.
_KEPT = ("score", "answer", "comment", "further", "call_me", "phone", "state", "locale")


def keep(asked: Asked, posted: Posted) -> Kept:
    """Store one page; what is acknowledged after this returned is on the disk. Raises AnswerRefused.

    The same page twice is one; a later one is merged into the first. What does not fit the survey
    is told and leaves what was there. Once somebody got in touch the score stands, and a new one
    is kept apart as recovery; a closed survey takes nothing.
    """
    now = clock.now()
    if asked.closed(now):
        raise AnswerRefused("closed")
    with writing():
        invitation = _locked(asked)
        response = _earlier(asked, posted.nonce)
        if response is None and invitation and invitation.state == "answered":
            raise AnswerRefused("already")
        taken, flaws = _merged(asked, response, posted)
        if taken.first is None:
            return Kept(None, flaws, steps(asked.document, taken)[0])
        if response and response.contacted_at:
            return _recovered(asked, response, taken, posted, now)
        response = _stored(asked, response, taken, posted, now)
        after = _after(asked, taken, flaws, posted.step)
        if after.name == THANKS:
            response.state = "complete"
        response.save()
        _follow_up(asked, response, invitation, now)
    return Kept(response, flaws, after)


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


def contacted(response: Response, by: Member) -> Response:
    """Somebody got in touch about an answer: from now on its score stands."""
    with writing():
        response.contacted_at, response.contacted_by = clock.now(), by
        response.save(update_fields=["contacted_at", "contacted_by"])
        record("contacted", response, by)
    return response


def release(response: Response, by: Member) -> Response:
    """Somebody found that a quarantined answer is a person's: it counts from now on."""
    now = clock.now()
    with writing():
        response.quarantined, response.released_at = False, now
        response.save(update_fields=["quarantined", "released_at"])
        if response.invitation:
            _answered(response.invitation, now, nameless=False)
        mark("responses", response.day)
        record("released", response, by, signals=response.signals)
    return response


def quarantine(response: Response, by: Member) -> Response:
    """Somebody found that an answer is a machine's: it counts no longer."""
    with writing():
        response.quarantined, response.released_at = True, None
        response.save(update_fields=["quarantined", "released_at"])
        mark("responses", response.day)
        record("quarantined", response, by)
    return response


def _locked(asked: Asked) -> Invitation | None:
    if asked.invitation is None:
        return None
    # PostgreSQL holds the row until the end, so that two tabs take turns; SQLite has one writer anyway.
    return Invitation.objects.select_for_update().get(pk=asked.invitation.pk)


def _earlier(asked: Asked, nonce: str) -> Response | None:
    if asked.nameless:
        return Response.objects.select_for_update().filter(survey=asked.survey, nonce=nonce).first()
    return Response.objects.filter(invitation=asked.invitation).first()


def _merged(
    asked: Asked, response: Response | None, posted: Posted
) -> tuple[Taken, tuple[Flaw, ...]]:
    """The answers with this page's over the earlier ones, and what of the page does not fit."""
    document = asked.document
    before = taken_of(document, response)
    fields = _fields(document, before, posted)
    earlier = as_given(document, before)
    others = {name: value for name, value in earlier.items() if name not in fields}
    sent = {name: posted.form[name] for name in fields if name in posted.form}
    taken = take(document, {**others, **sent})
    absent = missing(document, taken, phone_known=_phone_known(asked))
    flaws = tuple(flaw for flaw in (*taken.flaws, *absent) if flaw.name in fields)
    # What does not fit leaves what was there.
    wrong = {flaw.name for flaw in flaws}
    kept = {name: earlier[name] for name in wrong if name in earlier}
    right = {name: value for name, value in sent.items() if name not in wrong}
    return take(document, {**others, **right, **kept}), flaws


def _fields(document: Document, before: Taken, posted: Posted) -> set[str]:
    sent = take(document, {**as_given(document, before), **posted.form})
    page = next((each for each in steps(document, sent) if each.name == posted.step), None)
    # A score may come with any page: the one that was pre-selected in the mail goes with the why.
    return {*(page.fields if page else ()), *({document.kind.field} & posted.form.keys())}


def _after(asked: Asked, taken: Taken, flaws: tuple[Flaw, ...], step: str) -> Step:
    pages = steps(asked.document, taken)
    if flaws:
        return next((each for each in pages if each.name == step), pages[0])
    return next_step(asked.document, taken, after=step)


def _phone_known(asked: Asked) -> bool:
    return bool(asked.invitation and asked.invitation.person.phone)


def _stored(
    asked: Asked, response: Response | None, taken: Taken, posted: Posted, now: datetime
) -> Response:
    if response is None:
        response = _begun(asked, posted, now)
    elif not response.anonymous and _changes(asked.document, response, taken):
        before = {name: getattr(response, name) for name in _KEPT}
        Change.objects.create(response=response, at=now, before=before)
    new = response.changed_at is None and response.score is None and not response.answer
    scored = new or _first_of(response) != taken.first
    _set(response, taken)
    response.locale = posted.locale
    response.changed_at = None if response.anonymous else now
    # What speaks for a machine goes by the last page that gave a score: a person's sets right a scanner's.
    if not response.released_at and (scored or response.quarantined):
        response.signals, response.quarantined = list(posted.signals), posted.suspicious
    return response


def _first_of(response: Response) -> int | str | None:
    return response.score if response.score is not None else response.answer or None


def _changes(document: Document, response: Response, taken: Taken) -> bool:
    """Whether a page changes what was answered before; adding to it is no change."""
    before = taken_of(document, response)
    changed = (before.first, taken.first), (before.why, taken.why)
    pairs = (
        *changed,
        *((value, taken.further.get(name)) for name, value in before.further.items()),
    )
    return any(was not in (None, "") and was != to for was, to in pairs)


def _begun(asked: Asked, posted: Posted, now: datetime) -> Response:
    day = now.astimezone(ZoneInfo(Company.load().time_zone)).date()
    response = Response(
        nonce=posted.nonce,
        survey=asked.survey,
        version=asked.version,
        touchpoint=asked.survey.touchpoint,
        channel=posted.channel,
        anonymous=asked.document.anonymous,
        day=day,
        answered_at=None if asked.document.anonymous else now,
    )
    if asked.invitation:
        _of_invitation(response, asked.invitation, nameless=asked.nameless)
    return response


def _of_invitation(response: Response, invitation: Invitation, *, nameless: bool) -> None:
    """What an answer takes over from its asking; of a nameless one only what many others share."""
    response.program_id = invitation.program_id
    response.touchpoint = invitation.touchpoint
    response.channel = invitation.channel
    response.test = invitation.test
    if not nameless:
        response.invitation, response.person = invitation, invitation.person
        response.attributes = {**invitation.person.attributes, **invitation.attributes}


def _set(response: Response, taken: Taken) -> None:
    if isinstance(taken.first, int):
        response.score = taken.first
    else:
        response.answer = taken.first or ""
    response.comment = taken.why
    response.further = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in taken.further.items()
    }
    response.call_me, response.phone = taken.call, taken.phone


def _recovered(
    asked: Asked, response: Response, taken: Taken, posted: Posted, now: datetime
) -> Kept:
    """After somebody got in touch: the first new score is kept beside the one that stands."""
    new = isinstance(taken.first, int) and asked.document.kind.field in posted.form
    if not new or response.recovery is not None:
        raise AnswerRefused("fixed")
    response.recovery, response.recovered_at = int(taken.first or 0), now
    response.save(update_fields=["recovery", "recovered_at"])
    mark("responses", response.day)
    return Kept(response, (), Step(THANKS))


def _follow_up(
    asked: Asked, response: Response, invitation: Invitation | None, now: datetime
) -> None:
    if not response.test:
        mark("responses", response.day)
    if response.quarantined:
        return
    if invitation and invitation.state != "answered":
        _answered(invitation, now, nameless=asked.nameless)
    alert(asked.document, response, now)


def _answered(invitation: Invitation, now: datetime, *, nameless: bool) -> None:
    invitation.state = "answered"
    invitation.answered_at = None if nameless else now
    invitation.save(update_fields=["state", "answered_at"])
    Message.objects.filter(invitation=invitation, state="waiting").update(state="cancelled")
    if not invitation.test and invitation.sent_at:
        mark("invitations", invitation.sent_at.date())
