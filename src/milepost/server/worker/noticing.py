"""The duty that tells colleagues: alerts of low answers, invitations of colleagues, reset links."""

from __future__ import annotations

from datetime import timedelta

from milepost import clock
from milepost.channels.email.mail import Sender
from milepost.channels.email.verdict import retry_at
from milepost.channels.errors import ChannelError
from milepost.server.mailing import notice_message, sender_of
from milepost.server.models import Company, Notice
from milepost.server.posting import Letter, Line, Refused, Unreachable, open_line
from milepost.server.worker.queue import NOTICES, claim, release

_BATCH = 20
_UNREACHABLE = timedelta(minutes=1)
_LONGEST = 500


def tell(worker: str) -> bool:
    """Send the notices that are due; whether there may be more.

    Sent also while the company's sending to customers is off: colleagues are to hear. Raises
    Unreachable; nothing is lost by it.
    """
    company = Company.load()
    sender = sender_of(company)
    if sender is None or not NOTICES.ready(clock.now()).exists():
        return False
    with open_line() as line:
        notices = claim(NOTICES, worker, limit=_BATCH)
        _tell(notices, worker, company=company, sender=sender, line=line)
    return len(notices) == _BATCH


def _tell(
    notices: list[Notice], worker: str, *, company: Company, sender: Sender, line: Line
) -> None:
    for place, notice in enumerate(notices):
        try:
            _hand_over(notice, worker, company=company, sender=sender, line=line)
        except Unreachable as error:
            _try_again(notice, worker, f"the connection broke: {error}")
            for other in notices[place + 1 :]:
                later = clock.now() + _UNREACHABLE
                release(NOTICES, other, worker, state="waiting", due_at=later)
            raise


def _hand_over(
    notice: Notice, worker: str, *, company: Company, sender: Sender, line: Line
) -> None:
    try:
        message = notice_message(notice, company=company, sender=sender)
        line.send(Letter(message, to=notice.to, sender=sender))
    except LookupError as error:
        release(NOTICES, notice, worker, state="cancelled", error=str(error)[:_LONGEST])
    except ChannelError as error:
        release(NOTICES, notice, worker, state="failed", error=str(error)[:_LONGEST])
    except Refused as refused:
        if refused.verdict.kind == "transient":
            _try_again(notice, worker, refused.text)
            return
        release(NOTICES, notice, worker, state="failed", error=refused.text[:_LONGEST])
    else:
        # A link that signs in must not stay readable in the table.
        release(NOTICES, notice, worker, state="sent", sent_at=clock.now(), error="", content={})


def _try_again(notice: Notice, worker: str, why: str) -> None:
    tries = notice.tries + 1
    again = retry_at(tries, clock.now())
    state = {"state": "waiting", "due_at": again} if again else {"state": "failed"}
    release(NOTICES, notice, worker, tries=tries, error=why[:_LONGEST], **state)
