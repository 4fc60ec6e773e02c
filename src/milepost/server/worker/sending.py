"""The duty that sends: what is due is looked at once more, composed, handed over and recorded.

At least once, with the row's key as Message-ID: what a worker had claimed when it died goes once
more, and is counted. Recording a few at a time keeps that few.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from milepost import clock
from milepost.channels.email.address import checked
from milepost.channels.email.compose import compose
from milepost.channels.email.mail import Mail, Sender
from milepost.channels.errors import ChannelError
from milepost.programs.deciding.person import Candidate
from milepost.server.actions import delivery
from milepost.server.actions.delivery import Sent
from milepost.server.mailing import invitation_mail, message_id, sender_of
from milepost.server.models import Company, Message
from milepost.server.posting import Letter, Line, Refused, Unreachable, open_line
from milepost.server.queries import due
from milepost.server.queries.rules import zone_of
from milepost.server.worker.queue import MESSAGES, claim

# Claimed and recorded together: so many mails at most go twice after a crash.
BATCH = 20
_SECONDS = 10.0
# A mail server that cannot be reached is asked again after this.
_UNREACHABLE = timedelta(minutes=1)


@dataclass(slots=True)
class Batch:
    """Some claimed messages, and what has become of them so far."""

    messages: list[Message]
    company: Company
    sender: Sender
    now: datetime
    sent: list[Sent] = field(default_factory=list)
    people: dict[int, Candidate] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return zone_of(self.company)


def send(worker: str) -> bool:
    """Send what is due for some seconds over one connection; whether there is more.

    Raises Unreachable; nothing is lost by it.
    """
    company = Company.load()
    sender = sender_of(company)
    if not company.sending or sender is None or not MESSAGES.ready(clock.now()).exists():
        return False
    end = time.monotonic() + _SECONDS
    with open_line() as line:
        while time.monotonic() < end:
            batch = _claimed(worker, company, sender)
            if not batch.messages:
                return False
            _send(batch, line, end)
    return True


def _claimed(worker: str, company: Company, sender: Sender) -> Batch:
    keys = [message.pk for message in claim(MESSAGES, worker, limit=BATCH)]
    messages = list(_whole(Message.objects.filter(pk__in=keys)).order_by("due_at", "pk"))
    now = clock.now()
    people = due.people_of(messages, company, now) if messages else {}
    return Batch(messages, company, sender, now, people=people)


def _whole(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.select_related(
        "invitation__person", "invitation__survey__current", "invitation__version",
        "invitation__program",
    )  # fmt: skip


def _send(batch: Batch, line: Line, end: float) -> None:
    """Send a batch until the time is up; what was handed over is recorded whatever happens to the rest."""
    ready = [message for message in batch.messages if _goes(batch, message)]
    try:
        for place, message in enumerate(ready):
            if time.monotonic() >= end:
                # A mail server that takes seconds for each mail must not keep alerts waiting.
                delivery.put_off(ready[place:], clock.now())
                break
            try:
                _hand_over(batch, message, line)
            except Unreachable as error:
                _break_off(message, ready[place + 1 :], str(error))
                raise
    finally:
        delivery.sent(batch.sent)


def _goes(batch: Batch, message: Message) -> bool:
    """Whether a message is to go now; else it is put off or withdrawn."""
    candidate = batch.people.get(message.invitation.person_id)
    found = due.look(message, candidate, zone=batch.zone, now=batch.now)
    if found.put_off:
        delivery.put_off([message], found.put_off)
    elif found.because:
        delivery.withdraw(message, found.because, found.decision)
    return found == due.SEND


def _hand_over(batch: Batch, message: Message, line: Line) -> None:
    mail = _composed(batch, message)
    if mail is None:
        return
    try:
        external = line.send(Letter(compose(mail), to=mail.to, sender=mail.sender))
    except Refused as refused:
        _refused(message, refused)
        return
    now = clock.now()
    candidate = batch.people[message.invitation.person_id]
    at = due.remind_at(message, candidate, batch.zone, now)
    batch.sent.append(Sent(message, external or message_id(message.key, batch.sender), now, at))


def _composed(batch: Batch, message: Message) -> Mail | None:
    """The mail; None where it cannot be made, which is recorded."""
    try:
        checked(message.invitation.person.email or "")
    except ChannelError as error:
        delivery.refused_address(message, str(error))
        return None
    try:
        return invitation_mail(message, company=batch.company, sender=batch.sender)
    except ChannelError as error:
        delivery.failed(message, str(error))
        return None


def _refused(message: Message, refused: Refused) -> None:
    why = f"{refused.verdict.reason}: {refused.text}"
    match refused.verdict.kind:
        case "transient":
            delivery.try_again(message, why)
        case "permanent":
            delivery.refused_address(message, why)
        case "policy":
            delivery.failed(message, why)


def _break_off(message: Message, rest: Sequence[Message], why: str) -> None:
    """The connection is gone: this mail may have gone or not and is tried again, the rest waits."""
    delivery.try_again(message, f"the connection broke: {why}")
    delivery.put_off(rest, clock.now() + _UNREACHABLE, "the mail server was not reachable")
