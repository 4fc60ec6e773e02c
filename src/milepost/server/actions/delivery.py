"""What became of a sending: sent, put off, refused, delivered, come back, complained about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from milepost import clock
from milepost.channels.email.verdict import retry_at
from milepost.programs.deciding.decision import Decision
from milepost.server.actions.auditing import record
from milepost.server.actions.decisions import detail_of
from milepost.server.actions.marking import mark, mark_invitation
from milepost.server.actions.subscribing import stop
from milepost.server.databases import writing
from milepost.server.models import Decision as DecisionRow
from milepost.server.models import Invitation, Message, Person

REMINDER = 2
# So many invitations in a row that came back for now mean that the address reaches nobody.
SOFT_IN_A_ROW = 5
_KEY = re.compile(r"<?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:@[^>]*)?>?", re.IGNORECASE)
_LONGEST = 500
Outcome = Literal["delivered", "bounced", "complained", "unsubscribed"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the mail server took; `remind_at` is when its reminder goes, if one does."""

    message: Message
    external_id: str
    at: datetime
    remind_at: datetime | None = None


def sent(found: Sequence[Sent]) -> None:
    """Record sendings: the message, its invitation, the person's last asking, and the reminder to come."""
    if not found:
        return
    at = max(each.at for each in found)
    first = [each.message for each in found if each.message.ordinal != REMINDER]
    with writing():
        for each in found:
            Message.objects.filter(pk=each.message.pk).update(
                state="sent", sent_at=each.at, external_id=each.external_id, error="",
                claimed_by="", claimed_at=None,
            )  # fmt: skip
        invitations = Invitation.objects.filter(pk__in=[each.invitation_id for each in first])
        invitations.filter(sent_at=None).update(sent_at=at)
        # One that was closed or answered in the meantime stays so.
        invitations.filter(state="planned").update(state="sent")
        counted = [each.invitation for each in first if not each.invitation.test]
        Person.objects.filter(pk__in=[each.person_id for each in counted]).update(last_asked_at=at)
        if counted:
            mark("invitations", at.date())
        _plan_reminders(found)


def put_off(messages: Collection[Message], until: datetime, why: str = "") -> None:
    """Give claimed messages back to the queue, to be looked at from a moment on; no try is counted."""
    if messages:
        with writing():
            Message.objects.filter(pk__in=[each.pk for each in messages], state="claimed").update(
                state="waiting", due_at=until, error=why[:_LONGEST], claimed_by="", claimed_at=None
            )


def try_again(message: Message, why: str) -> None:
    """A sending that failed for now: tried again later; after the last try it came back for now."""
    tries, now = message.tries + 1, clock.now()
    again = retry_at(tries, now)
    if again is None:
        _failed(message, why, tries=tries)
        bounced(message, hard=False, reason=why)
        return
    with writing():
        Message.objects.filter(pk=message.pk).update(
            state="waiting", due_at=again, tries=tries, error=why[:_LONGEST], claimed_by="",
            claimed_at=None,
        )  # fmt: skip


def failed(message: Message, why: str) -> None:
    """A sending that will not succeed, for a reason that is not the person's."""
    with writing():
        _failed(message, why, tries=message.tries + 1)
        _close(message.invitation, "failed")


def refused_address(message: Message, why: str) -> None:
    """The mail server knows nobody at the address."""
    with writing():
        _failed(message, why, tries=message.tries + 1)
        bounced(message, hard=True, reason=why)


def withdraw(message: Message, because: str, decision: Decision | None = None) -> None:
    """Do not send a message that waits, for something came between planning and sending.

    With a `decision` it stands in the place of the one to ask, and may be made again.
    """
    invitation = message.invitation
    with writing():
        Message.objects.filter(pk=message.pk).update(
            state="cancelled", error=because[:_LONGEST], claimed_by="", claimed_at=None
        )
        if message.ordinal == REMINDER:
            return
        _close(invitation, because)
        if decision and invitation.program_id:
            DecisionRow.objects.filter(
                program=invitation.program_id, person=invitation.person_id,
                event=invitation.event_id,
            ).update(
                asked=False, reason=decision.reason, detail=detail_of(decision),
                until=decision.until, since=clock.now(),
            )  # fmt: skip


def message_of(message_id: str) -> Message | None:
    """The message that a Message-ID or a provider's id names; None: not one of ours."""
    found = Message.objects.select_related("invitation__person")
    key = _KEY.fullmatch(message_id.strip())
    if key and (message := found.filter(key=UUID(key[1])).first()):
        return message
    return found.filter(external_id=message_id.strip()).first() if message_id.strip() else None


def delivered(message: Message, at: datetime) -> None:
    """The receiver's server took the mail."""
    with writing():
        new = Invitation.objects.filter(pk=message.invitation_id, delivered_at=None)
        if new.update(delivered_at=at):
            mark_invitation(message.invitation)


def bounced(message: Message, *, hard: bool, reason: str) -> None:
    """The mail came back. Hard: never write to the address again; soft: not before the next asking.

    Five invitations in a row that came back for now are a hard one.
    """
    invitation = message.invitation
    with writing():
        Invitation.objects.filter(pk=invitation.pk, bounced_at=None).update(bounced_at=clock.now())
        Message.objects.filter(invitation=invitation, state="waiting").update(state="cancelled")
        if message.state == "sent":
            Message.objects.filter(pk=message.pk).update(error=reason[:_LONGEST])
        record("bounced", invitation, hard=hard)
        _close(invitation, "bounced")
        if hard or _keeps_coming_back(invitation.person):
            stop(invitation.person, "bounced", _short(reason))
        mark_invitation(invitation)


def complained(message: Message) -> None:
    """The reader called the mail spam: never again."""
    with writing():
        _close(message.invitation, "complained")
        stop(message.invitation.person, "complained", "reported our mail as spam")


def unsubscribed(message: Message) -> None:
    """The reader unsubscribed at the provider."""
    with writing():
        stop(message.invitation.person, "unsubscribed", "by the mail provider")


def _plan_reminders(found: Sequence[Sent]) -> None:
    Message.objects.bulk_create(
        (
            Message(
                invitation=each.message.invitation, ordinal=REMINDER, due_at=each.remind_at,
                channel=each.message.channel,
            )
            for each in found
            if each.remind_at
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _failed(message: Message, why: str, *, tries: int) -> None:
    Message.objects.filter(pk=message.pk).update(
        state="failed", error=why[:_LONGEST], tries=tries, claimed_by="", claimed_at=None
    )


def _close(invitation: Invitation, because: str) -> None:
    """Close an asking that has no answer; what waits of it is not sent."""
    Message.objects.filter(invitation=invitation, state="waiting").update(state="cancelled")
    Invitation.objects.filter(pk=invitation.pk, state__in=("planned", "sent")).update(
        state="closed", closed_because=because[:32]
    )
    Person.objects.filter(pk=invitation.person_id).touch()


def _keeps_coming_back(person: Person) -> bool:
    last = Invitation.objects.filter(person=person, test=False).exclude(
        sent_at=None, bounced_at=None
    )
    came_back = [
        at is not None
        for at in last.order_by("-due_at").values_list("bounced_at", flat=True)[:SOFT_IN_A_ROW]
    ]
    return len(came_back) == SOFT_IN_A_ROW and all(came_back)


def _short(text: str) -> str:
    return text[:200]
