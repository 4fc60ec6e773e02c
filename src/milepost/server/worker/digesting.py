"""The duty that composes digests: measured with patience, once for each time, whatever workers there are.

A time that was missed is made up for once. What is wrong with the plan or the data is tried again
some hours, then left until the next time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from milepost import clock
from milepost.server.actions.digests import post
from milepost.server.forms.lens import LostFilter
from milepost.server.models import Company, Digest, Member
from milepost.server.queries.digests import next_time, recipients_of
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal
from milepost.server.queries.rules import zone_of
from milepost.server.worker.digest_content import Found, content, found_for
from milepost.server.worker.queue import DIGESTS, claim, release

_SOON, _LATER = timedelta(minutes=5), timedelta(hours=1)
_TRIES = 3
_LONGEST = 500


def digest(worker: str) -> bool:
    """Compose one digest that is due; whether there may be more."""
    claimed = claim(DIGESTS, worker)
    for each in claimed:
        due = each.due_at or each.next_at
        try:
            _compose(each, due, worker)
        except NotYet:
            release(DIGESTS, each, worker, next_at=clock.now() + _SOON, due_at=due)
        except (NoPlan, Refusal, LostFilter) as error:
            _failed(each, due, worker, str(error))
    return bool(claimed)


def _compose(each: Digest, due: datetime, worker: str) -> None:
    found = found_for(each)
    if found.card is None:
        _done(each, worker, error="nothing is measured yet")
        return
    post(each, due, list(_mails(each, found)))
    _done(each, worker, last_at=clock.now(), error="")


def _mails(each: Digest, found: Found) -> Iterator[tuple[Member, dict[str, Any]]]:
    """The mail of each recipient, in their own language, else the company's."""
    told: dict[str, dict[str, Any]] = {}
    usual = Company.load().locale
    for member in recipients_of(each):
        lang = member.locale or usual
        if lang not in told:
            with translation.override(lang):
                told[lang] = content(each, found)
        yield member, told[lang]


def _done(each: Digest, worker: str, **outcome: object) -> None:
    """It is over for this time: the next is the first after now, however many were missed."""
    release(DIGESTS, each, worker, next_at=_next(each), due_at=None, failures=0, **outcome)


def _failed(each: Digest, due: datetime, worker: str, why: str) -> None:
    failures = each.failures + 1
    over = failures >= _TRIES
    release(
        DIGESTS, each, worker, error=why[:_LONGEST], failures=0 if over else failures,
        next_at=_next(each) if over else clock.now() + _LATER, due_at=None if over else due,
    )  # fmt: skip


def _next(each: Digest) -> datetime:
    # Its day or hour may have been changed while it was measured.
    each.refresh_from_db(fields=["every", "weekday", "hour"])
    return next_time(each, clock.now(), zone_of(Company.load()))
