"""Asking one person by hand, and trying a survey out in one's own mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from milepost import clock
from milepost.channels.email.address import checked
from milepost.errors import MilepostError
from milepost.programs.deciding.budget import throttle
from milepost.programs.deciding.person import Candidate
from milepost.programs.surveys.locales import match_locale
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.mailing import sender_of
from milepost.server.models import Company, Invitation, Member, Message, Person, Survey
from milepost.server.models import Program as ProgramRow
from milepost.server.queries import candidates
from milepost.server.queries.asked import document_of
from milepost.server.queries.rules import budget_of, needs_of, zone_of

_CHANNEL = "email"


class InviteError(MilepostError, ValueError):
    """Somebody cannot be asked, and why."""


def invite(
    person: Person,
    survey: Survey,
    *,
    program: ProgramRow | None = None,
    attributes: Mapping[str, Any] | None = None,
    touchpoint: str = "",
    due: datetime | None = None,
    by: Member | None = None,
) -> Invitation:
    """Ask one person by mail, now or at an aware moment. Raises InviteError.

    Status, consent and the fatigue budget hold here too; segment, sample and hours do not.
    """
    _require_open(survey)
    company, moment = Company.load(), due or clock.now()
    with writing():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        _require_askable(locked, survey, company, moment)
        invitation = _made(
            locked, survey, company, due=moment, program=program, touchpoint=touchpoint,
            attributes=dict(attributes or {}), locale=locked.locale,
        )  # fmt: skip
        record("invited", invitation, by)
    return invitation


def send_test(
    survey: Survey, address: str, *, locale: str = "", by: Member | None = None
) -> Invitation:
    """Send a survey to an address to look at it; neither it nor its answer counts anywhere.

    Raises InviteError, or ChannelError for what is no address.
    """
    _require_open(survey)
    email, company = checked(address.strip()).lower(), Company.load()
    if sender_of(company) is None:
        raise InviteError("there is no sender's address; set it on the settings page first")
    with writing():
        person, _ = Person.objects.get_or_create(
            email=email, defaults={"test": True, "name": by.name if by else ""}
        )
        if person.status != "active":
            raise InviteError(f"{email}: this address is {person.status}; use another one")
        invitation = _made(
            person, survey, company, due=clock.now(), test=True, locale=locale or person.locale
        )
        record("sent test", invitation, by)
    return invitation


def _made(
    person: Person, survey: Survey, company: Company, *, due: datetime, locale: str, **fields: Any
) -> Invitation:
    assert survey.current is not None
    offered = document_of(survey.current).locales
    fields["touchpoint"] = fields.get("touchpoint") or survey.touchpoint
    invitation = Invitation.objects.create(
        survey=survey, version=survey.current, person=person, channel=_CHANNEL, due_at=due,
        locale=match_locale(offered, locale or company.locale), **fields,
    )  # fmt: skip
    Message.objects.create(invitation=invitation, channel=_CHANNEL, due_at=due)
    return invitation


def _require_open(survey: Survey) -> None:
    current = survey.current
    if current is None:
        raise InviteError(f"survey '{survey.name}' is a draft; publish it first")
    if survey.archived or document_of(current).closed(clock.now()):
        raise InviteError(f"survey '{survey.name}' is closed; open it first")


def _require_askable(person: Person, survey: Survey, company: Company, moment: datetime) -> None:
    assert survey.current is not None
    budget = budget_of(company)
    needs = needs_of((), budget, clock.now())
    candidate: Candidate = next(iter(candidates.some([person.pk], needs)))[0]
    if candidate.status != "active":
        raise InviteError(f"this person is {candidate.status} and is asked no more")
    if _CHANNEL not in candidate.channels:
        raise InviteError("this person has no e-mail address; enter one first")
    if _CHANNEL not in candidate.consented:
        raise InviteError("this person has not agreed to be asked by e-mail")
    kind = document_of(survey.current).type
    found = throttle(candidate.askings, moment, survey_type=kind, gaps=budget.gaps(kind))
    if found:
        until = found[1].astimezone(zone_of(company))
        raise InviteError(
            f"this person was asked by {found[0].program}; the budget allows the next asking"
            f" from {until:%Y-%m-%d %H:%M} on"
        )
