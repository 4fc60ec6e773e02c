"""The rows of the company to look at, made of what was generated; nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.demo.asking import Asked
from milepost.demo.programs import BUDGET_DAYS
from milepost.demo.span import TIMEZONE
from milepost.demo.world import World
from milepost.server.models import (
    Decision,
    Event,
    Invitation,
    Message,
    Person,
    Program,
    Response,
    Survey,
)
from milepost.server.models.people import search_keys

# How long ago an occasion may be that a decision is still kept of, in days.
_DECIDED = 30
_ARRIVES, _SENT = timedelta(seconds=40), timedelta(seconds=2)
_ZONE = ZoneInfo(TIMEZONE)
_MACHINE = ("all_scores", "quick", "no_comment")


@dataclass(frozen=True, slots=True)
class Placed:
    """What is stored already: people's ids by their external ids, surveys and programs by name."""

    people: Mapping[str | None, int]
    surveys: Mapping[str, Survey]
    programs: Mapping[str, Program]


def people(found: World) -> Iterator[Person]:
    """Everybody, as they stand today."""
    span, many = found.span, found.people
    last = {one.who: one.at for one in found.asking.asked if one.fate}
    contact = dict(zip(found.history.orders.who.tolist(), found.history.orders.at, strict=True))
    zones = many.zone
    for n in range(len(many)):
        status, since = found.asking.status.get(n, ("active", None))
        name, account = str(many.names[n]), str(many.account[n])
        joined = span.moment(many.joined[n])
        yield Person(
            external_id=str(many.ids[n]), email=str(many.emails[n]), name=name,
            **search_keys(name, account), account=account, locale=str(many.locale[n]),
            time_zone=str(zones[n]), attributes=_attributes(found, n), status=status,
            consent={"email": False} if n in found.asking.refusing else {},
            status_since=_moment(found, since), joined_at=joined, created_at=joined,
            last_contact_at=_moment(found, contact.get(n)), last_asked_at=_moment(found, last.get(n)),
        )  # fmt: skip


def events(found: World, placed: Placed, part: Iterable[int]) -> dict[int, Event]:
    """What lately happened, where a program asks after it."""
    return {
        n: Event(
            person_id=_person(found, placed, one), name=one.program.event, key=f"demo-{n}",
            at=found.span.moment(one.at - 1 / 24), received_at=found.span.moment(one.at - 0.9 / 24),
            touchpoint=one.program.survey.touchpoint, details=dict(one.details),
        )
        for n, one in _of(found, part)
        if one.program.event and _lately(found, one)
    }  # fmt: skip


def invitations(
    found: World, placed: Placed, part: Iterable[int], happened: Mapping[int, Event]
) -> dict[int, Invitation]:
    """The askings, each with what became of it."""
    return {
        n: _invitation(found, placed, one, happened.get(n))
        for n, one in _of(found, part)
        if one.fate
    }


def messages(invited: Mapping[int, Invitation]) -> list[Message]:
    """The mail of each asking."""
    return [
        Message(
            invitation=row, state="sent", due_at=row.due_at, sent_at=row.sent_at, tries=1,
            error="550 5.1.1 mailbox unavailable" if row.bounced_at else "",
        )
        for row in invited.values()
    ]  # fmt: skip


def responses(found: World, invited: Mapping[int, Invitation]) -> list[Response]:
    """What came back."""
    return [_response(found, n, row) for n, row in invited.items() if n in found.answers]


def nameless(found: World, placed: Placed) -> Iterator[Response]:
    """The answers of nobody known: they keep their day only."""
    for one in found.nameless:
        survey = placed.surveys[one.survey.name]
        yield Response(
            survey=survey, version=survey.current, touchpoint=one.survey.touchpoint,
            channel="qr", locale=one.locale, score=one.answer.score, comment=one.answer.comment,
            state="complete", anonymous=True, day=_day(found, one.day),
        )  # fmt: skip


def decisions(
    found: World, placed: Placed, part: Iterable[int], happened: Mapping[int, Event]
) -> list[Decision]:
    """What was lately decided, and why not."""
    rows: dict[object, Decision] = {}
    for n, one in _of(found, part):
        if _lately(found, one) and (one.program.event or not one.program.tiring):
            key = n if one.program.event else (one.program.name, one.who)
            rows[key] = _decision(found, placed, one, happened.get(n))
    return list(rows.values())


def months(found: World) -> set[tuple[str, str]]:
    """The facts and months that there is something to tell the engine of."""
    joined = {("customers", _month(_day(found, day))) for day in found.people.joined}
    asked = [one for one in found.asking.asked if one.fate]
    sent = {("invitations", _month(_day(found, one.at))) for one in asked}
    back = {("responses", _month(_day(found, one.back or one.at))) for one in asked}
    return joined | sent | back


def _of(found: World, part: Iterable[int]) -> Iterator[tuple[int, Asked]]:
    return ((n, found.asking.asked[n]) for n in part)


def _lately(found: World, one: Asked) -> bool:
    return one.at > found.span.days - _DECIDED


def _person(found: World, placed: Placed, one: Asked) -> int:
    return placed.people[str(found.people.ids[one.who])]


def _attributes(found: World, n: int) -> dict[str, str]:
    many = found.people
    return {
        "country": str(many.country[n]), "region": str(many.region[n]),
        "device": str(many.device[n]), "tier": str(many.tier[n]),
        "favourite_colour": str(many.colour[n]),
    }  # fmt: skip


def _details(one: Asked) -> dict[str, str]:
    if one.program.tiring:
        return {
            "asked_before": "0-3" if one.before < 4 else "4-7" if one.before < 8 else "8 or more"
        }
    return dict(one.details)


def _invitation(found: World, placed: Placed, one: Asked, event: Event | None) -> Invitation:
    program, sent = placed.programs[one.program.name], found.span.moment(one.at)
    closed = one.fate if one.fate in ("bounced", "unsubscribed") else ""
    answered = one.fate == "answered"
    return Invitation(
        program=program, survey_id=program.survey_id, version=program.survey.current,
        person_id=_person(found, placed, one), event=event,
        touchpoint=one.program.survey.touchpoint, locale=str(found.people.locale[one.who]),
        attributes=_details(one), state="closed" if closed else "answered" if answered else "sent",
        closed_because=closed or "", created_at=sent - timedelta(minutes=9), due_at=sent - _SENT,
        sent_at=sent, delivered_at=None if closed == "bounced" else sent + _ARRIVES,
        bounced_at=_moment(found, one.back) if closed == "bounced" else None,
        answered_at=_moment(found, one.back) if answered else None,
    )  # fmt: skip


def _response(found: World, n: int, row: Invitation) -> Response:
    one, said = found.asking.asked[n], found.answers[n]
    machine = one.fate == "quarantined"
    back = one.back or one.at
    return Response(
        invitation=row, survey_id=row.survey_id, version_id=row.version_id, program=row.program,
        person_id=row.person_id, touchpoint=row.touchpoint, channel="email", locale=row.locale,
        attributes=_attributes(found, one.who) | _details(one), score=said.score,
        answer=said.answer, comment=said.comment, state="partial" if machine else "complete",
        day=_day(found, back), answered_at=_moment(found, back), quarantined=machine,
        # A tuple can be hashed: rows that are alike are formed once.
        signals=_MACHINE if machine else (),
    )  # fmt: skip


def _decision(found: World, placed: Placed, one: Asked, event: Event | None) -> Decision:
    detail: dict[str, str] = {}
    until = None
    if one.fate:
        detail = {"at": found.span.moment(one.at).isoformat(), "channel": "email"}
    elif one.reason == "throttled" and one.last:
        by, since = one.last
        detail = {"by": by, "since": found.span.moment(since).isoformat()}
        until = found.span.moment(since + BUDGET_DAYS)
    return Decision(
        program=placed.programs[one.program.name], person_id=_person(found, placed, one),
        event=event, asked=one.fate is not None, reason=one.reason, detail=detail, until=until,
        since=found.span.moment(one.at - 0.9 / 24),
    )  # fmt: skip


def _moment(found: World, day: float | None) -> datetime | None:
    return None if day is None else found.span.moment(day)


def _day(found: World, day: float) -> date:
    """The date in the company's time zone."""
    return found.span.moment(day).astimezone(_ZONE).date()


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
