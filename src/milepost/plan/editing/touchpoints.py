"""What pages change at a touchpoint: its fields, signals and targets, and its place on the journey."""

from __future__ import annotations

from datetime import date
from typing import Literal

from milepost.plan.editing.edit import EditError
from milepost.plan.editing.places import count, fresh, journey_at, named, touchpoint_at
from milepost.plan.editing.saying import inside
from milepost.plan.editing.splicing import drop, insert, move, put, read
from milepost.plan.editing.tree import Data
from milepost.plan.editing.writing import Value
from milepost.plan.model import Kind, Signal
from milepost.plan.reading import Place

Field = Literal["title", "owner", "needs", "tools", "headline", "review_by"]


def set_field(text: str, touchpoint: str, field: Field, value: str | date | None) -> str:
    """Set a field of a touchpoint; None removes it. Raises UnknownName, EditError."""
    return set_at(text, (*touchpoint_at(text, touchpoint), field), value)


def set_target(text: str, touchpoint: str | None, metric: str, value: float | None) -> str:
    """Set a target of a touchpoint, or of the company where it is None; without a value it goes."""
    around = touchpoint_at(text, touchpoint) if touchpoint else ()
    return set_at(text, (*around, "targets", metric), value)


def set_not_wanted(text: str, touchpoint: str, kind: Kind, reason: str | None) -> str:
    """Say why a kind of signal is not wanted at a touchpoint; None: it is wanted."""
    return set_at(text, (*touchpoint_at(text, touchpoint), "not_wanted", kind), reason)


def add_signal(text: str, touchpoint: str, kind: Kind, signal: Signal) -> str:
    """State a signal, behind the others of its kind; one that is there already stays as it is."""
    place: Place = (*touchpoint_at(text, touchpoint), kind)
    if _signal_at(text, place, signal) is not None:
        return text
    return insert(text, place, count(text, place), _written(signal))


def remove_signal(text: str, touchpoint: str, kind: Kind, signal: Signal) -> str:
    """Remove a signal; nothing happens where it is not stated."""
    place: Place = (*touchpoint_at(text, touchpoint), kind)
    index = _signal_at(text, place, signal)
    return text if index is None else drop(text, (*place, index))


def add_touchpoint(
    text: str, journey: str, name: str, title: str, *, before: str | None = None
) -> str:
    """Put a touchpoint on a journey, before another of its touchpoints or behind the last."""
    fresh(text, name)
    place: Place = (*journey_at(text, journey), "touchpoints")
    position = _position(text, place, before) if before else count(text, place)
    return insert(text, place, position, {"name": name, "title": title}, block=True)


def move_touchpoint(text: str, name: str, *, before: str | None) -> str:
    """Move a touchpoint before another of its journey, or behind the last."""
    place = touchpoint_at(text, name)
    around, origin = place[:-1], int(place[-1])
    target = _position(text, around, before) if before else count(text, around)
    return move(text, around, origin, target - (target > origin))


def remove_touchpoint(text: str, name: str) -> str:
    """Take a touchpoint off its journey, with all that is stated there."""
    return drop(text, touchpoint_at(text, name))


def set_at(text: str, place: Place, value: Value | None) -> str:
    """Set a value at a place; None removes it."""
    return drop(text, place) if value is None else put(text, place, value)


def _position(text: str, place: Place, name: str) -> int:
    return int(named(text, place, name, kind="touchpoint")[-1])


def _signal_at(text: str, place: Place, signal: Signal) -> int | None:
    stated = inside(read(text), place)
    if stated is not None and not isinstance(stated, list):
        raise EditError(f"{place[-1]}: a list of signals was expected; edit the file by hand")
    found = (i for i, item in enumerate(stated or ()) if _same(item, signal))
    return next(found, None)


def _same(item: Data, signal: Signal) -> bool:
    if isinstance(item, str):
        item = {"metric": item}
    if not isinstance(item, dict):
        return False
    said = item.get("metric"), item.get("of") or "touchpoint", item.get("within")
    return said == (signal.metric, signal.of, signal.within)


def _written(signal: Signal) -> Value:
    more: dict[str, Value] = {"of": signal.of} if signal.of != "touchpoint" else {}
    more |= {"within": signal.within} if signal.within else {}
    return {"metric": signal.metric, **more} if more else signal.metric
