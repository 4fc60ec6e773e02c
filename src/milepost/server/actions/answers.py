"""Storing what respondents answer: one response an invitation, merged step by step, with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from milepost import clock
from milepost.errors import MilepostError
from milepost.programs.surveys.answers import Flaw, Taken
from milepost.programs.surveys.steps import THANKS, Step, steps
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.suspicion import Signal, suspicious
from milepost.server.actions.alerts import alert
from milepost.server.actions.auditing import record
from milepost.server.actions.marking import mark_invitation, mark_response
from milepost.server.actions.merging import Posted, changes, merged, scores, signs, step_after
from milepost.server.databases import writing
from milepost.server.models import Change, Company, Invitation, Member, Message, Response
from milepost.server.queries.asked import Asked, document_of


class AnswerRefused(MilepostError):
    """An answer that is no longer taken; `why` is the key of the page's text: closed, already or fixed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"answer not stored: {why}")
        self.why = why


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

    The same page twice is one; a later one is merged into the first. What is right of a page is
    stored, what does not fit is told and leaves what was there. A closed survey takes nothing. Once
    somebody got in touch the score stands, the first new one is kept apart as recovery, and words
    may be added only. What looks like a machine's is quarantined, and never replaces an answer
    that counts.
    """
    now = clock.now()
    if asked.closed(now):
        raise AnswerRefused("closed")
    try:
        return _kept(asked, posted, now)
    except IntegrityError:
        # The same page, twice at once, with no invitation to wait for: the other one is stored now.
        return _kept(asked, posted, now)


def _kept(asked: Asked, posted: Posted, now: datetime) -> Kept:
    document = asked.document
    with writing():
        invitation = _locked(asked)
        response = _earlier(asked, posted.nonce)
        if response is None and invitation and invitation.state == "answered":
            raise AnswerRefused("already")
        taken, flaws = merged(asked, response, posted)
        if taken.first is None:
            return Kept(None, flaws, steps(document, taken)[0])
        found = signs(document, response, taken, posted)
        if response and response.contacted_at and _rescores(document, response, taken, posted):
            return _recovered(response, taken, found, now)
        if response and not response.quarantined and changes(document, response, taken):
            _require_changeable(response, found)
        response = _stored(asked, response, taken, posted, found, now)
        after = step_after(asked, taken, flaws, posted.step)
        if after.name == THANKS:
            response.state = "complete"
        response.save()
        _follow_up(asked, response, invitation, now)
    return Kept(response, flaws, after)


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
        mark_response(response)
        alert(document_of(response.version), response, now)
        record("released", response, by, signals=response.signals)
    return response


def quarantine(response: Response, by: Member) -> Response:
    """Somebody found that an answer is a machine's: it counts no longer."""
    with writing():
        response.quarantined, response.released_at = True, None
        response.save(update_fields=["quarantined", "released_at"])
        mark_response(response)
        if response.invitation:
            mark_invitation(response.invitation)
        record("quarantined", response, by)
    return response


def _locked(asked: Asked) -> Invitation | None:
    invitation = asked.invitation
    if invitation:
        # PostgreSQL holds the row until the end, so that two tabs take turns; SQLite has one writer.
        rows = Invitation.objects.select_for_update().values_list("state", flat=True)
        invitation.state = rows.get(pk=invitation.pk)
    return invitation


def _earlier(asked: Asked, nonce: str) -> Response | None:
    # A statement of its own: joined to the one that waited, it would show what was there before.
    if asked.nameless:
        return Response.objects.select_for_update().filter(survey=asked.survey, nonce=nonce).first()
    return Response.objects.filter(invitation=asked.invitation).first()


def _rescores(document: Document, response: Response, taken: Taken, posted: Posted) -> bool:
    """Whether a page gives a score anew; the very page that gave the one that stands is a repeat of it."""
    if not scores(document, posted) or not isinstance(taken.first, int):
        return False
    return taken.first != response.score or posted.nonce != response.nonce


def _require_changeable(response: Response, found: tuple[Signal, ...]) -> None:
    if response.contacted_at:
        raise AnswerRefused("fixed")
    if suspicious(found):
        raise AnswerRefused("already")


def _stored(
    asked: Asked,
    response: Response | None,
    taken: Taken,
    posted: Posted,
    found: tuple[Signal, ...],
    now: datetime,
) -> Response:
    if response is None:
        response = _begun(asked, posted, now)
        response.quarantined = suspicious(found)
    else:
        _keep_history(asked.document, response, taken, now)
        if response.quarantined and not suspicious(found):
            _made_good(asked, response, now)
    _set(response, taken)
    response.locale = posted.locale
    response.signals = [sign.name for sign in found]
    return response


def _keep_history(document: Document, response: Response, taken: Taken, now: datetime) -> None:
    # An anonymous answer keeps no times, so it has no history either.
    if response.anonymous:
        return
    response.changed_at = now
    if changes(document, response, taken):
        before = {name: getattr(response, name) for name in _KEPT}
        Change.objects.create(response=response, at=now, before=before)


def _made_good(asked: Asked, response: Response, now: datetime) -> None:
    """A person answers where a machine had: the answer is theirs, and of now."""
    mark_response(response)
    response.quarantined, response.day = False, _today(now)
    response.answered_at = None if asked.document.anonymous else now


def _begun(asked: Asked, posted: Posted, now: datetime) -> Response:
    response = Response(
        nonce=posted.nonce,
        survey=asked.survey,
        version=asked.version,
        touchpoint=asked.survey.touchpoint,
        channel=posted.channel,
        anonymous=asked.document.anonymous,
        day=_today(now),
        answered_at=None if asked.document.anonymous else now,
    )
    if asked.invitation:
        _of_invitation(response, asked.invitation, nameless=asked.nameless)
    return response


def _today(now: datetime) -> date:
    zone = Company.objects.filter(pk=1).values_list("time_zone", flat=True).first()
    return now.astimezone(ZoneInfo(zone or Company().time_zone)).date()


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


def _recovered(response: Response, taken: Taken, found: tuple[Signal, ...], now: datetime) -> Kept:
    """After somebody got in touch: the first new score is kept beside the one that stands."""
    if suspicious(found) or response.recovery not in (None, taken.first):
        raise AnswerRefused("fixed")
    if response.recovery is None:
        response.recovery, response.recovered_at = taken.first, now
        response.save(update_fields=["recovery", "recovered_at"])
        mark_response(response)
    return Kept(response, (), Step(THANKS))


def _follow_up(
    asked: Asked, response: Response, invitation: Invitation | None, now: datetime
) -> None:
    mark_response(response)
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
    mark_invitation(invitation)
