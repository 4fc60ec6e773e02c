"""What pages change of the rest of a plan: company, journeys, initiatives, notes, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from milepost.plan.editing.edit import EditError
from milepost.plan.editing.places import count, journey_at, named, names_in
from milepost.plan.editing.saying import inside
from milepost.plan.editing.splicing import drop, insert, move, read
from milepost.plan.editing.touchpoints import set_at
from milepost.plan.editing.tree import Data
from milepost.plan.editing.writing import Value
from milepost.plan.reading import Place

Whole = Literal["every", "headline"]
OfCompany = Literal["name", "timezone", "currency", "brand"]


def set_company(text: str, field: OfCompany, value: str | None) -> str:
    """Set a field of the company; None removes it. Raises EditError."""
    return set_at(text, ("company", field), value)


def set_whole(text: str, field: Whole, value: str | None) -> str:
    """Set the period of the scorecard, or the company's headline signal; None removes it."""
    return set_at(text, (field,), value)


def add_journey(
    text: str, name: str, title: str, touchpoints: Sequence[Mapping[str, Value]] = ()
) -> str:
    """A journey behind the last, with touchpoints as the plan writes them, or without any yet."""
    _refuse_taken(text, "journeys", name, kind="journey")
    stated: dict[str, Value] = {"name": name, "title": title}
    stated |= {"touchpoints": touchpoints} if touchpoints else {}
    return _added(text, ("journeys",), stated, block=True)


def set_journey(text: str, name: str, title: str | None) -> str:
    """Set a journey's title; None removes it."""
    return set_at(text, (*journey_at(text, name), "title"), title)


def set_goal(text: str, name: str, metric: str | None, touchpoint: str | None = None) -> str:
    """Set a journey's goal, a metric at a touchpoint or of the company; None removes it."""
    return _set_measured(text, (*journey_at(text, name), "goal"), metric, touchpoint)


def move_journey(text: str, name: str, *, before: str | None) -> str:
    """Move a journey before another, or behind the last."""
    place: Place = ("journeys",)
    origin = int(journey_at(text, name)[-1])
    target = int(journey_at(text, before)[-1]) if before else count(text, place)
    return move(text, place, origin, target - (target > origin))


def remove_journey(text: str, name: str) -> str:
    """Remove a journey with its touchpoints."""
    return drop(text, journey_at(text, name))


def add_initiative(
    text: str, name: str, started: date, *, cost: float | None = None,
    metric: str | None = None, touchpoint: str | None = None,
) -> str:  # fmt: skip
    """An initiative that began on a day, what it cost, and the metric it aims at."""
    _refuse_taken(text, "initiatives", name, kind="initiative")
    aim: dict[str, Value] = {"metric": metric} if metric else {}
    aim |= {"touchpoint": touchpoint} if metric and touchpoint else {}
    stated: dict[str, Value] = {"name": name, "started": started}
    stated |= {"cost": cost} if cost is not None else {}
    return _added(text, ("initiatives",), stated | ({"aims_at": aim} if aim else {}))


def set_initiative(
    text: str, name: str, field: Literal["started", "cost"], value: date | float | None
) -> str:
    """Set when an initiative began or what it cost; None removes it."""
    return set_at(text, (*_initiative_at(text, name), field), value)


def set_aim(text: str, name: str, metric: str | None, touchpoint: str | None = None) -> str:
    """Set the metric an initiative aims at, at a touchpoint or of the company; None removes it."""
    return _set_measured(text, (*_initiative_at(text, name), "aims_at"), metric, touchpoint)


def remove_initiative(text: str, name: str) -> str:
    """Remove an initiative."""
    return drop(text, _initiative_at(text, name))


def add_note(text: str, day: date, note: str) -> str:
    """A note on the trend, behind the others."""
    return _added(text, ("notes",), {"day": day, "text": note})


def set_note(text: str, was: tuple[date, str], day: date, note: str) -> str:
    """Change the note of a day with its text: another day, another text. Raises EditError where there is none."""
    place = _note_at(text, *was)
    text = text if day == was[0] else set_at(text, (*place, "day"), day)
    return text if note.split() == was[1].split() else set_at(text, (*place, "text"), note)


def remove_note(text: str, day: date, note: str) -> str:
    """Remove the note of a day with this text, however its lines end. Raises EditError where there is none."""
    return drop(text, _note_at(text, day, note))


def add_source(text: str, source: Mapping[str, Value]) -> str:
    """A source behind the others, as the plan writes one."""
    name = source.get("name")
    _refuse_taken(text, "sources", name if isinstance(name, str) else "", kind="source")
    return _added(text, ("sources",), source, block=True)


def add_segments(text: str, *names: str) -> str:
    """Cuts that pages offer, behind the others; those that are there already stay where they are."""
    for name in names:
        said = inside(read(text), ("segments",))
        if not (isinstance(said, list) and name in said):
            text = _added(text, ("segments",), name)
    return text


def _initiative_at(text: str, name: str) -> Place:
    return named(text, ("initiatives",), name, kind="initiative")


def _note_at(text: str, day: date, note: str) -> Place:
    wanted = [day.isoformat(), *note.split()]
    found = inside(read(text), ("notes",))
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict) and _words(item, "day") + _words(item, "text") == wanted:
            return "notes", index
    raise EditError(f"there is no such note of {day}; somebody has changed it")


def _set_measured(text: str, place: Place, metric: str | None, touchpoint: str | None) -> str:
    if metric is None:
        return drop(text, place)
    text = set_at(text, (*place, "metric"), metric)
    return set_at(text, (*place, "touchpoint"), touchpoint)


def _words(item: dict[str, Data], key: str) -> list[str]:
    found = item.get(key)
    return found.split() if isinstance(found, str) else []


def _added(text: str, place: Place, value: Value, *, block: bool = False) -> str:
    return insert(text, place, count(text, place), value, block=block)


def _refuse_taken(text: str, key: str, name: str, *, kind: str) -> None:
    if name in names_in(text, (key,)):
        raise EditError(f"{kind} '{name}' is there already; choose another name")
