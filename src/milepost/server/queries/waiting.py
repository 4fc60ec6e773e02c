"""What waits to be done, for the first page: what is not set up yet, and what somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from milepost import clock
from milepost.server.access import Right
from milepost.server.mailing import sender_of
from milepost.server.models import Company, Message, Person, Program, Response, Survey
from milepost.server.queries.figures import FRESH_SECONDS, beats, oldest_due_seconds
from milepost.server.queries.paging import counted, many
from milepost.server.queries.responses import responses

_DAYS = 7
# A mail server that rests for a moment is no news; the longest usual queue is over by then.
_OVERDUE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps: done or not; its page is `name`, for who has the `right`."""

    words: str
    done: bool
    name: str
    right: Right


@dataclass(frozen=True, slots=True)
class Waits:
    """Something to look at: in words, on which page with which filter, for who has the `right`."""

    words: str
    label: str
    name: str
    query: str
    right: Right
    bad: bool = False


def steps(company: Company) -> list[Step]:
    """The way to the first answer."""
    published = Survey.objects.filter(archived=False, current__isnull=False)
    asking = Program.objects.filter(active=True)
    return [
        Step("Set the sender’s address", sender_of(company) is not None, "settings", "settings"),
        Step("Make and publish a survey", published.exists(), "surveys", "ask"),
        Step("Import the people to ask", Person.objects.counted().exists(), "imports", "people"),
        Step("Make a program and start it", asking.exists(), "programs", "ask"),
    ]


def waiting(company: Company, zone: ZoneInfo) -> list[Waits]:
    """What somebody should look at, the most urgent first."""
    found = (
        _worker(),
        _sending(company),
        _overdue(company),
        *_answers(zone),
        _failed(),
        _quarantined(),
    )
    return [each for each in found if each]


def _worker() -> Waits | None:
    if any(ago < FRESH_SECONDS for ago in beats().values()):
        return None
    words = "No worker is running: nothing is sent or decided. Start one with milepost worker."
    return Waits(words, "", "", "", "see", bad=True)


def _sending(company: Company) -> Waits | None:
    if company.sending:
        return None
    return Waits("Sending is switched off", "Settings", "settings", "", "settings", bad=True)


def _overdue(company: Company) -> Waits | None:
    minutes = int(oldest_due_seconds() // 60)
    if not company.sending or minutes < _OVERDUE_MINUTES:
        return None
    long = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60:,} hours"
    words = f"Mail has been due for {long} and did not go. milepost doctor says why."
    return Waits(words, "", "", "", "see", bad=True)


def _answers(zone: ZoneInfo) -> list[Waits | None]:
    first = clock.now().astimezone(zone).date() - timedelta(days=_DAYS)
    kinds = (
        ("call_me", "of the last week: please call me"),
        ("low", "of the last week: low and nobody got in touch"),
    )
    return [_open(name, words, first.isoformat(), {"first": first}) for name, words in kinds]


def _open(name: str, words: str, day: str, wanted: dict[str, object]) -> Waits | None:
    rows = responses({**wanted, name: True, "open": True}).filter(quarantined=False)
    count = counted(rows)
    if not count:
        return None
    text = f"{many(count).capitalize()} answer{'' if count == 1 else 's'} {words}"
    return Waits(text, "Read", "responses", f"{name}=on&open=on&first={day}", "see", bad=True)


def _failed() -> Waits | None:
    since = clock.now() - timedelta(days=_DAYS)
    failed = Message.objects.filter(state="failed", due_at__gte=since, invitation__test=False)
    count = counted(failed)
    if not count:
        return None
    text = f"{many(count).capitalize()} message{'' if count == 1 else 's'} of the last week failed"
    return Waits(text, "Look", "invitations", "state=failed", "people")


def _quarantined() -> Waits | None:
    count = counted(Response.objects.filter(quarantined=True, test=False))
    if not count:
        return None
    text = f"{many(count).capitalize()} answer{'' if count == 1 else 's'} quarantined, not counted"
    return Waits(text, "Look", "responses", "quarantined=on", "release")
