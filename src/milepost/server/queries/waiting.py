"""What waits to be done, for the first page: what is not set up yet, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

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
        Step(_("Set the sender’s address"), sender_of(company) is not None, "settings", "settings"),
        Step(_("Make and publish a survey"), published.exists(), "surveys", "ask"),
        Step(_("Import the people to ask"), Person.objects.counted().exists(), "imports", "people"),
        Step(_("Make a program and start it"), asking.exists(), "programs", "ask"),
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
    words = _("No worker is running: nothing is sent or decided. Start one with milepost worker.")
    return Waits(words, "", "", "", "see", bad=True)


def _sending(company: Company) -> Waits | None:
    if company.sending:
        return None
    return Waits(_("Sending is switched off"), _("Settings"), "settings", "", "settings", bad=True)


def _overdue(company: Company) -> Waits | None:
    minutes = int(oldest_due_seconds() // 60)
    if not company.sending or minutes < _OVERDUE_MINUTES:
        return None
    if minutes < 120:
        said = _("Mail has been due for %(many)s minutes and did not go. milepost doctor says why.")
    else:
        said = _("Mail has been due for %(many)s hours and did not go. milepost doctor says why.")
    long = minutes if minutes < 120 else number_format(minutes // 60, force_grouping=True)
    words = said % {"many": long}
    return Waits(words, "", "", "", "see", bad=True)


def _answers(zone: ZoneInfo) -> list[Waits | None]:
    first = clock.now().astimezone(zone).date() - timedelta(days=_DAYS)
    kinds = (
        ("call_me", partial(ngettext, "%(count)s answer of the last week: please call me",
                            "%(count)s answers of the last week: please call me")),
        ("low", partial(ngettext, "%(count)s answer of the last week: low and nobody got in touch",
                        "%(count)s answers of the last week: low and nobody got in touch")),
    )  # fmt: skip
    return [_open(name, words, first.isoformat(), {"first": first}) for name, words in kinds]


def _open(
    name: str, words: Callable[[int], str], day: str, wanted: dict[str, object]
) -> Waits | None:
    rows = responses({**wanted, name: True, "open": True}).filter(quarantined=False)
    count = counted(rows)
    if not count:
        return None
    text = words(count) % {"count": many(count).capitalize()}
    return Waits(
        text,
        pgettext("button", "Read"),
        "responses",
        f"{name}=on&open=on&first={day}",
        "see",
        bad=True,
    )


def _failed() -> Waits | None:
    since = clock.now() - timedelta(days=_DAYS)
    failed = Message.objects.filter(state="failed", due_at__gte=since, invitation__test=False)
    count = counted(failed)
    if not count:
        return None
    said = ngettext(
        "%(count)s message of the last week failed",
        "%(count)s messages of the last week failed",
        count,
    )
    text = said % {"count": many(count).capitalize()}
    return Waits(text, _("Look"), "invitations", "state=failed", "people")


def _quarantined() -> Waits | None:
    count = counted(Response.objects.filter(quarantined=True, test=False))
    if not count:
        return None
    said = ngettext(
        "%(count)s answer quarantined, not counted",
        "%(count)s answers quarantined, not counted",
        count,
    )
    text = said % {"count": many(count).capitalize()}
    return Waits(text, _("Look"), "responses", "quarantined=on", "release")
