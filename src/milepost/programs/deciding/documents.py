"""Programs and budgets as JSON documents, read with all their mistakes at once, and written back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from milepost.errors import hint
from milepost.plan.calendar import WEEKDAYS
from milepost.programs.deciding import budget as budgets
from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.fields import Fields
from milepost.programs.deciding.hours import DAY_MINUTES, Hours, Window
from milepost.programs.deciding.program import (
    EVERY_DAYS,
    NEWCOMER_DAYS,
    PRIORITY,
    REMINDER_DAYS,
    After,
    Every,
    HoldRule,
    Program,
    Recency,
)
from milepost.programs.deciding.segment_documents import read_segment, segment_as_data

Data = dict[str, object]

_SHARED = (
    "name", "kind", "survey", "survey_type", "channels", "touchpoint", "active", "priority", "sample",
    "segment", "recency", "daily_cap", "window", "skip_event_channel", "holds", "reminder_days",
)  # fmt: skip
_BY_KIND = {
    "relationship": ("every_days", "starts_on", "newcomer_days"),
    "transactional": ("event", "after_minutes"),
}
# Asking the same people more than weekly measures their patience; ten years are for ever.
_EVERY = (7, 3650)
_DAYS = (0, 3650)
_MINUTES = (0, 366 * DAY_MINUTES)
_MANY = 1_000_000_000


def parse(data: object, *, known: Mapping[str, Collection[str]] | None = None) -> Program:
    """A program from its JSON document.

    `known` gives the names that exist for the fields survey, survey_type, touchpoint and channels,
    as far as they are to be checked. Raises ProgramError with every mistake.
    """
    mistakes: list[str] = []
    kind = data.get("kind") if isinstance(data, dict) else None
    own = _BY_KIND.get(kind, ()) if isinstance(kind, str) else ()
    given = data.get("name") if isinstance(data, dict) else None
    where = given if isinstance(given, str) and given else "program"
    fields = Fields(data, where, mistakes, (*_SHARED, *(own or sum(_BY_KIND.values(), ()))))
    program = _program(fields)
    _unknown(fields, known or {})
    if mistakes:
        raise ProgramError(mistakes)
    return program


def as_data(program: Program) -> Data:
    """A program as the JSON document that `parse` reads."""
    data: Data = {
        "name": program.name, "kind": program.kind, "survey": program.survey,
        "survey_type": program.survey_type, "channels": list(program.channels),
        "touchpoint": program.touchpoint, "active": program.active, "priority": program.priority,
        "sample": program.sample,
        "segment": segment_as_data(program.segment) if program.segment else None,
        "recency": _recency_as_data(program.recency), "daily_cap": program.daily_cap,
        "window": _window_as_data(program.window) if program.window else None,
        "skip_event_channel": program.skip_event_channel,
        "holds": [{"event": h.event, "release": h.release, "days": h.days} for h in program.holds],
        "reminder_days": program.reminder_days,
    }  # fmt: skip
    if isinstance(program.when, Every):
        own: Data = {
            "every_days": program.when.days,
            "starts_on": program.when.starts_on.isoformat(),
            "newcomer_days": program.when.newcomer_days,
        }
    else:
        minutes = program.when.wait // timedelta(minutes=1)
        own = {"event": program.when.event, "after_minutes": minutes}
    return data | own


def parse_budget(data: object) -> Budget:
    """A fatigue budget from its JSON document. Raises ProgramError with every mistake."""
    mistakes: list[str] = []
    fields = Fields(data, "budget", mistakes, ("days", "by_type", "account"))
    by_type: dict[str, int] = {}
    if fields.has("by_type"):
        stated = fields.data["by_type"]
        part = fields.part("by_type", stated if isinstance(stated, dict) else ())
        by_type = {str(key): part.whole(key, *_DAYS) for key in part.data}
    account = None
    if fields.has("account"):
        part = fields.part("account", ("askings", "days"))
        account = AccountLimit(part.whole("askings", 1, _MANY), part.whole("days", 1, 3650))
    days = fields.whole("days", *_DAYS, default=budgets.DAYS)
    if mistakes:
        raise ProgramError(mistakes)
    return Budget(days, by_type, account)


def budget_as_data(budget: Budget) -> Data:
    """A budget as the JSON document that `parse_budget` reads."""
    limit = budget.account
    account = {"askings": limit.askings, "days": limit.days} if limit else None
    return {"days": budget.days, "by_type": dict(budget.by_type), "account": account}


def _program(fields: Fields) -> Program:
    when = _when(fields)
    return Program(
        name=fields.name("name"),
        survey=fields.name("survey"),
        survey_type=fields.name("survey_type"),
        when=when,
        channels=_channels(fields),
        touchpoint=fields.name("touchpoint") if fields.has("touchpoint") else None,
        active=fields.flag("active", default=True),
        priority=fields.whole("priority", 0, 1000, default=PRIORITY),
        sample=fields.share("sample", default=1.0),
        segment=read_segment(fields, "segment") if fields.has("segment") else None,
        recency=_recency(fields),
        daily_cap=fields.whole("daily_cap", 1, _MANY) if fields.has("daily_cap") else None,
        window=_window(fields) if fields.has("window") else None,
        skip_event_channel=fields.flag("skip_event_channel", default=False),
        holds=tuple(_hold(part) for part in fields.parts("holds", ("event", "release", "days"))),
        reminder_days=_reminder(fields),
    )


def _when(fields: Fields) -> Every | After:
    kind = fields.choice("kind", ("relationship", "transactional"))
    if fields.data.get("kind") != kind:
        return Every(_EVERY[0], date.min)  # one mistake is enough: not those of a guessed kind too
    if kind == "relationship":
        days = fields.whole("every_days", *_EVERY, default=EVERY_DAYS)
        newcomer_days = fields.whole("newcomer_days", *_DAYS, default=NEWCOMER_DAYS)
        return Every(days, fields.day("starts_on"), newcomer_days)
    minutes = fields.whole("after_minutes", *_MINUTES, default=0)
    return After(fields.text("event"), timedelta(minutes=minutes))


def _channels(fields: Fields) -> tuple[str, ...]:
    found = fields.items("channels")
    names = [name for name in found if isinstance(name, str) and name]
    if not names or len(names) < len(found) or len(set(names)) < len(names):
        fields.wrong("channels", "expected different names, best first, such as ['email']", found)
    return tuple(names)


def _recency(fields: Fields) -> Recency | None:
    if not fields.has("recency"):
        return None
    part = fields.part("recency", ("days", "rule"))
    return Recency(part.whole("days", 1, 3650), part.choice("rule", ("only", "first")))


def _recency_as_data(recency: Recency | None) -> Data | None:
    return {"days": recency.days, "rule": recency.rule} if recency else None


def _hold(part: Fields) -> HoldRule:
    days = part.whole("days", *_DAYS, default=0)
    return HoldRule(part.text("event"), part.text("release"), days)


def _reminder(fields: Fields) -> int | None:
    """Absent is the usual week; null is a program that does not remind."""
    if "reminder_days" in fields.data and not fields.has("reminder_days"):
        return None
    return fields.whole("reminder_days", 1, 90, default=REMINDER_DAYS)


def _window(fields: Fields) -> Window | None:
    hours = [_hours(part) for part in fields.parts("window", ("days", "from", "to"))]
    if not hours:
        fields.wrong("window", "expected a list of hours", fields.data.get("window"))
    good = tuple(h for h in hours if h is not None)
    return Window(good) if good else None


def _hours(part: Fields) -> Hours | None:
    stated = part.items("days")
    days = sorted({n for n, name in enumerate(WEEKDAYS) if name in stated})
    strange = [name for name in stated if name not in WEEKDAYS]
    if strange or not days:
        part.wrong("days", f"expected weekdays ({', '.join(WEEKDAYS)})", strange or None)
    opens, closes = _minutes(part, "from"), _minutes(part, "to")
    if opens is None or closes is None or not days:
        return None
    if opens >= closes:
        part.wrong("to", "expected a time after 'from' on the same day", part.data.get("to"))
        return None
    return Hours(tuple(days), opens, closes)


def _minutes(part: Fields, key: str) -> int | None:
    """A time such as 09:30 in minutes of the day; 24:00 is the day's end."""
    found = part.data.get(key)
    if isinstance(found, str) and len(found) == 5 and found[2] == ":":
        hour, minute = found[:2], found[3:]
        if (hour + minute).isascii() and (hour + minute).isdigit() and int(minute) < 60:
            minutes = int(hour) * 60 + int(minute)
            if minutes <= DAY_MINUTES:
                return minutes
    part.wrong(key, "expected a time from 00:00 to 24:00, such as 09:30", found)
    return None


def _window_as_data(window: Window) -> list[Data]:
    return [
        {"days": [WEEKDAYS[d] for d in h.weekdays], "from": _told(h.opens), "to": _told(h.closes)}
        for h in window.hours
    ]


def _told(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _unknown(fields: Fields, known: Mapping[str, Collection[str]]) -> None:
    """Names that nothing bears."""
    for key, names in known.items():
        stated = fields.data.get(key)
        for name in stated if isinstance(stated, list) else (stated,):
            if isinstance(name, str) and name not in names:
                place = f"{fields.where}: {key}"
                fields.mistakes.append(f"{place}: '{name}' is unknown{hint(name, names)}")
