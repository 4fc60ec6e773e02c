"""The four changes on what a plan says: what the changed text has to say, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from milepost.plan.editing import writing
from milepost.plan.editing.tree import Data
from milepost.plan.editing.writing import Value
from milepost.plan.reading import Place


def plain(value: Value) -> Data:
    """A value as it reads back: texts, mappings and lists."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if writing.is_list(value):
        return [plain(one) for one in cast("list[Value]", value)]
    return value if isinstance(value, str) else writing.plain(cast("writing.Scalar", value))


def assigned(said: Data, place: Place, value: Data) -> Data:
    """With a value at a place; mappings on the way are made."""
    if not place:
        return value
    step, rest = place[0], place[1:]
    if isinstance(said, list) and isinstance(step, int):
        return [assigned(one, rest, value) if i == step else one for i, one in enumerate(said)]
    found = said if isinstance(said, dict) else {}
    return {**found, str(step): assigned(found.get(str(step)), rest, value)}


def removed(said: Data, place: Place) -> Data:
    """Without the key or the item at a place."""
    around = inside(said, place[:-1])
    if isinstance(around, dict):
        return assigned(said, place[:-1], {k: v for k, v in around.items() if k != place[-1]})
    kept = [one for i, one in enumerate(around or ()) if i != place[-1]]
    return assigned(said, place[:-1], kept)


def inserted(said: Data, place: Place, position: int, value: Data) -> Data:
    """With an item more in the list at a place."""
    items = inside(said, place)
    items = list(items) if isinstance(items, list) else []
    return assigned(said, place, [*items[:position], value, *items[position:]])


def ordered(said: Data, place: Place, order: list[int]) -> Data:
    """With the list at a place in another order."""
    items = inside(said, place)
    return assigned(said, place, [items[i] for i in order] if isinstance(items, list) else items)


def inside(said: Data, place: Place) -> Data:
    """What is said at a place; None where nothing is."""
    for step in place:
        if isinstance(said, dict):
            said = said.get(str(step))
        elif isinstance(said, list) and isinstance(step, int) and step < len(said):
            said = said[step]
        else:
            return None
    return said
