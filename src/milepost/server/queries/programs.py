"""Programs as the pages read them: what they asked and what came back, what is planned, who was decided how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from milepost import clock
from milepost.programs.deciding.dates import dates
from milepost.programs.deciding.decision import BY_CODE, REASONS
from milepost.programs.deciding.decision import Decision as Decided
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.fields import TEXT_LENGTH
from milepost.programs.deciding.program import Program as Rule
from milepost.server.models import Company, Decision, Event, Invitation, Person, Program
from milepost.server.queries import candidates
from milepost.server.queries import people as people_queries
from milepost.server.queries.rules import budget_of, needs_of, program_of, zone_of

PAGE = 50
# Rates look back so far: long enough for most answers to have come, short enough to be of now.
RATE_DAYS = 90
# Planned invitations are shown so far ahead.
AHEAD_DAYS = 14
_NAMES = 50
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Rate:
    """Answered of sent, with its 95 % interval; all in shares of 0..1, None where nothing was sent."""

    answered: int
    sent: int

    @property
    def share(self) -> float | None:
        """The response rate."""
        return self.answered / self.sent if self.sent else None

    @property
    def words(self) -> str:
        """The rate in per cent with its interval."""
        if self.share is None:
            return "–"
        # numpy and scipy come with it: 60 MB that a process need not have to answer requests.
        from milepost.stats.shares import wilson  # noqa: PLC0415

        low, high = wilson(self.share, self.sent)
        told = {"share": _percent(self.share), "low": _percent(low), "high": _percent(high)}
        return _("%(share)s (%(low)s to %(high)s)") % told


def _percent(share: float) -> str:
    return f"{number_format(round(100 * share, 1), 1)}%"


@dataclass(frozen=True, slots=True)
class Line:
    """One program of the list: `planned` waits to be sent, the rate is of the last RATE_DAYS."""

    program: Program
    rate: Rate
    planned: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of decisions; `after` is where the next begins, None on the last."""

    decisions: Sequence[Decision]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """One asking that is ahead of a person if nothing further happens."""

    program: str
    at: datetime
    channel: str


def lines() -> list[Line]:
    """Every program by title, with what came of it."""
    found = list(Program.objects.select_related("survey").order_by("title", "pk"))
    sent, answered, planned = _counts([each.pk for each in found])
    return [Line(each, Rate(answered[each.pk], sent[each.pk]), planned[each.pk]) for each in found]


def line(program: Program) -> Line:
    """One program with what came of it."""
    sent, answered, planned = _counts([program.pk])
    return Line(program, Rate(answered[program.pk], sent[program.pk]), planned[program.pk])


def by_reason(program: Program) -> list[tuple[str, str, int]]:
    """Code, words and number of the last round's decisions, the most frequent first."""
    found = [(code, reason_words(code), many) for code, many in program.counts.items()]
    return sorted(found, key=lambda each: (-each[2], each[0]))


def reason_words(code: str) -> str:
    """A reason without the moments and names of one decision.

    >>> reason_words("held"), reason_words("window")
    ('held by an event', "waits for the program's hours")
    """
    if code in _GENERAL:
        return _GENERAL[code]
    reason = BY_CODE.get(code)
    return (reason.plain or reason.words) if reason else code.replace("_", " ")


# The reasons whose words name what one person was stopped by.
_GENERAL = {
    "asked": gettext_noop("asked"),
    "already_asked": gettext_noop("was asked about this event already"),
    "event_too_old": gettext_noop("the event is too long ago to ask about"),
    "no_recent_contact": gettext_noop("no contact lately"),
    "event_channel": gettext_noop("can be reached only by the channel that the event came by"),
    "held": gettext_noop("held by an event"),
    "not_due": gettext_noop("not due yet"),
    "throttled": gettext_noop("was asked lately by another program or this one"),
    "account_limit": gettext_noop("the account has been asked enough for now"),
}
REASON_WORDS = tuple((each.code, reason_words(each.code)) for each in REASONS)


def planned_by_day(program: Program, zone: ZoneInfo) -> list[tuple[date, int]]:
    """How many invitations are planned for each of the next days of a zone."""
    now = clock.now()
    rows = Invitation.objects.filter(
        program=program, state="planned", test=False, due_at__lt=now + timedelta(days=AHEAD_DAYS)
    )
    # Days of a zone are not what both databases count alike; a day's plans are few thousands.
    found = Counter(
        max(due, now).astimezone(zone).date()
        for due in rows.values_list("due_at", flat=True).iterator()
    )
    return sorted(found.items())


def decisions(
    program: Program, *, text: str = "", reason: str = "", region: str | None, before: str = ""
) -> Page:
    """Decisions of a program by reason, the order of its index; of people whose data begin with `text`.

    `before` is where the last page ended; what is no such place begins anew.
    """
    found = Decision.objects.filter(program=program).select_related("person", "program")
    if reason:
        found = found.filter(reason=reason)
    if text:
        people = people_queries.search(text, region=region).people
        found = found.filter(person__in=[each.pk for each in people])
    last, _, key = before.rpartition("~")
    if last and key.isascii() and key.isdecimal() and len(key) < 19:
        found = found.filter(Q(reason__gt=last) | Q(pk__gt=int(key)), reason__gte=last)
    rows = list(found.order_by("reason", "pk")[: PAGE + 1])
    end = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{end.reason}~{end.pk}" if end else None)


def of_person(person: Person) -> list[tuple[Program, list[Decision]]]:
    """Every program with what it decided about one person, the latest first."""
    rows = Decision.objects.filter(person=person).select_related("person", "program")
    found: dict[int, list[Decision]] = {}
    for each in rows.order_by("-since", "-pk")[:_LOOKED_AT]:
        found.setdefault(each.program_id, []).append(each)
    return [(each, found.get(each.pk, [])) for each in Program.objects.order_by("title", "pk")]


def ahead_of(person: Person) -> list[Ahead]:
    """What is ahead of one person by all active programs, if nothing further happens."""
    company, now = Company.load(), clock.now()
    rows = {each.name: each for each in Program.objects.filter(active=True)}
    rules = list(_readable(rows.values()))
    budget = budget_of(company)
    found = next(candidates.some([person.pk], needs_of(rules, budget, now)), None)
    if found is None:
        return []
    candidate, events = found
    asked = dates(rules, candidate, events, budget=budget, now=now, zone=zone_of(company))
    return [_ahead(each, rows) for each in asked]


def event_names() -> list[str]:
    """The names of events that happened, each found by one step along the index."""
    found: list[str] = []
    last = ""
    while len(found) < _NAMES:
        names = Event.objects.filter(name__gt=last).order_by("name").values_list("name", flat=True)
        name = names.first()
        if name is None:
            break
        found.append(name)
        last = name
    return found


def attribute_names() -> list[str]:
    """The attributes that the newest people have."""
    rows = Person.objects.order_by("-pk").values_list("attributes", flat=True)[:_LOOKED_AT]
    return sorted({str(name)[:TEXT_LENGTH] for row in rows for name in row})[:_NAMES]


def _counts(keys: Sequence[int]) -> tuple[Counter[int], Counter[int], Counter[int]]:
    since = clock.now() - timedelta(days=RATE_DAYS)
    real = Invitation.objects.filter(program__in=keys, test=False).order_by()
    recent = real.filter(sent_at__gte=since).values_list("program")
    counts = recent.annotate(sent=Count("pk"), answered=Count("pk", filter=Q(state="answered")))
    sent, answered = Counter[int](), Counter[int]()
    for key, many, back in counts:
        sent[key], answered[key] = many, back
    planned = real.filter(state="planned").values_list("program").annotate(Count("pk"))
    return sent, answered, Counter(dict(planned))


def _readable(rows: Iterable[Program]) -> Iterator[Rule]:
    """The rules that can be read; of the others their own pages tell."""
    for row in rows:
        try:
            yield program_of(row)
        except ProgramError:
            continue


def _ahead(decided: Decided, rows: dict[str, Program]) -> Ahead:
    assert decided.at is not None
    return Ahead(str(rows[decided.program]), decided.at, decided.channel or "")
