"""What the buttons of the survey form do to a document: add, remove and move questions and options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from milepost.programs.surveys.survey import KINDS, MOST_FURTHER, MOST_OPTIONS
from milepost.programs.surveys.survey_types import BY_NAME

Data = dict[str, Any]


def moved(data: Data, button: str) -> Data:
    """The document after a button such as `add:single`, `up:2` or `remove_option:0:price`.

    An option's question is its number, 0 for the first one. What cannot be done changes nothing.
    """
    verb, _, rest = button.partition(":")
    if verb in _MOVES:
        _MOVES[verb](data, rest)
    return data


def is_move(button: str) -> bool:
    """Whether a button changes the form only."""
    return button.partition(":")[0] in _MOVES


def _add(data: Data, kind: str) -> None:
    if kind not in KINDS or len(data["further"]) >= MOST_FURTHER:
        return
    question: Data = {
        "name": _fresh(data["further"], "name"),
        "kind": kind,
        "texts": {},
        "options": [],
    }
    if kind == "rating":
        question |= {"least": 1, "most": 5}
    if KINDS[kind].drawn in ("options", "boxes"):
        question["options"] = ["new-1", "new-2"]
    data["further"].append(question)


def _remove(data: Data, number: str) -> None:
    if (place := _place(number, data["further"])) is not None:
        del data["further"][place]


def _up(data: Data, number: str) -> None:
    _raise(data["further"], _place(number, data["further"]))


def _down(data: Data, number: str) -> None:
    place = _place(number, data["further"])
    _raise(data["further"], None if place is None else place + 1)


def _add_option(data: Data, number: str) -> None:
    asked = _asked(data, number)
    if asked is not None and len(asked["options"]) < MOST_OPTIONS:
        names = [{"name": name} for name in asked["options"]]
        asked["options"].append(_fresh(names, "name"))


def _remove_option(data: Data, rest: str) -> None:
    number, _, name = rest.partition(":")
    asked = _asked(data, number)
    if asked is not None and name in asked["options"]:
        asked["options"].remove(name)
        for words in asked["texts"].values():
            words.pop(f"options.{name}", None)


def _raise_option(data: Data, rest: str) -> None:
    number, _, name = rest.partition(":")
    asked = _asked(data, number)
    if asked is not None and name in asked["options"]:
        _raise(asked["options"], asked["options"].index(name))


_MOVES: dict[str, Callable[[Data, str], None]] = {
    "add": _add,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "add_option": _add_option,
    "remove_option": _remove_option,
    "raise_option": _raise_option,
    # Only shows the form again, such as with the fields of a language that was just ticked.
    "show": lambda data, rest: None,
}


def _asked(data: Data, number: str) -> Data | None:
    if number == "0":
        data["options"] = data["options"] or list(BY_NAME[data["type"]].options)
        return data
    place = _place(number, data["further"])
    found: Data | None = None if place is None else data["further"][place]
    return found


def _place(number: str, items: list[Any]) -> int | None:
    if number.isascii() and number.isdecimal() and 1 <= int(number) <= len(items):
        return int(number) - 1
    return None


def _raise(items: list[Any], place: int | None) -> None:
    if place is not None and 0 < place < len(items):
        items[place - 1], items[place] = items[place], items[place - 1]


def _fresh(items: list[Data], key: str) -> str:
    taken = {item[key] for item in items}
    return next(name for n in range(1, len(taken) + 2) if (name := f"new-{n}") not in taken)
