"""Where the parts of a plan stand that pages change: journeys, touchpoints and their like, by name."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.errors import UnknownName
from milepost.plan.editing.edit import EditError
from milepost.plan.editing.saying import inside
from milepost.plan.editing.splicing import read
from milepost.plan.editing.tree import Data
from milepost.plan.reading import Place


def journey_at(text: str, name: str) -> Place:
    """The place of a journey. Raises UnknownName."""
    return named(text, ("journeys",), name, kind="journey")


def touchpoint_at(text: str, name: str) -> Place:
    """The place of a touchpoint, in whichever journey it is. Raises UnknownName."""
    said = read(text)
    for index in range(len(_items(said, ("journeys",)))):
        points: Place = ("journeys", index, "touchpoints")
        for number, item in enumerate(_items(said, points)):
            if _name(item) == name:
                return (*points, number)
    raise UnknownName("touchpoint", name, touchpoints(text))


def named(text: str, place: Place, name: str, *, kind: str) -> Place:
    """The place of the item of a list that bears a name. Raises UnknownName."""
    names = names_in(text, place)
    if name not in names:
        raise UnknownName(kind, name, filter(None, names))
    return (*place, names.index(name))


def names_in(text: str, place: Place) -> list[str]:
    """The names of a list's items, in order; empty where one has none."""
    return [_name(item) for item in _items(read(text), place)]


def touchpoints(text: str) -> Iterator[str]:
    """The names of all touchpoints."""
    said = read(text)
    for index in range(len(_items(said, ("journeys",)))):
        yield from map(_name, _items(said, ("journeys", index, "touchpoints")))


def count(text: str, place: Place) -> int:
    """How many items a list has."""
    return len(_items(read(text), place))


def fresh(text: str, name: str) -> None:
    """Refuse a touchpoint's name that is taken: answers are told apart by it."""
    if name in touchpoints(text):
        raise EditError(f"touchpoint '{name}' is there already; choose another name")


def _items(said: Data, place: Place) -> list[Data]:
    found = inside(said, place)
    return found if isinstance(found, list) else []


def _name(item: Data) -> str:
    found = item.get("name") if isinstance(item, dict) else None
    return found if isinstance(found, str) else ""
