"""Reads the fields of a JSON document and notes every mistake instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TypeVar

from milepost.errors import hint

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TEXT_LENGTH = 200
LIST_LENGTH = 200
_Choice = TypeVar("_Choice", bound=str)


class Fields:
    """One JSON object at a place such as 'after_call: window[0]'; mistakes go to a shared list.

    Each method gives the field's value, or a harmless stand-in after a mistake: look at `mistakes`
    before using any of them. A field that is absent or null gives its default.
    """

    def __init__(
        self, data: object, where: str, mistakes: list[str], known: Collection[str]
    ) -> None:
        self.where, self.mistakes = where, mistakes
        self.data: Mapping[str, object] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.wrong(None, "expected an object", data)
        for key in self.data:
            if key not in known:
                self.mistakes.append(f"{where}: '{key}' is not a field{hint(str(key), known)}")

    def wrong(self, key: str | None, expected: str, found: object) -> None:
        """Note a mistake: where, what was expected, what is there."""
        place = f"{self.where}: {key}" if key else self.where
        shown = repr(found)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        self.mistakes.append(f"{place}: {expected}, found {'nothing' if found is None else shown}")

    def has(self, key: str) -> bool:
        """Whether the field is there."""
        return self.data.get(key) is not None

    def name(self, key: str) -> str:
        """A required name of small letters, digits, '-' and '_'."""
        found = self.data.get(key)
        if isinstance(found, str) and NAME.fullmatch(found):
            return found
        self.wrong(key, "expected a name such as after_call (a-z, 0-9, _ and -, at most 64)", found)
        return "x"

    def text(self, key: str) -> str:
        """A required text of 1 to 200 characters."""
        found = self.data.get(key)
        if isinstance(found, str) and 0 < len(found.strip()) <= TEXT_LENGTH:
            return found
        self.wrong(key, f"expected a text of 1 to {TEXT_LENGTH} characters", found)
        return "x"

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """A whole number between bounds; required without a default."""
        found = self.data.get(key)
        if found is None and default is not None:
            return default
        if isinstance(found, int) and not isinstance(found, bool) and low <= found <= high:
            return found
        self.wrong(key, f"expected a whole number from {low:,} to {high:,}", found)
        return low

    def share(self, key: str, *, default: float) -> float:
        """A number above 0, at most 1."""
        found = self.data.get(key, default)
        if isinstance(found, int | float) and not isinstance(found, bool) and 0 < found <= 1:
            return float(found)
        self.wrong(key, "expected a share above 0 and at most 1, such as 0.25", found)
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self.data.get(key, default)
        if isinstance(found, bool):
            return found
        self.wrong(key, "expected true or false", found)
        return default

    def choice(self, key: str, choices: tuple[_Choice, ...]) -> _Choice:
        """One of a few words; required."""
        found = self.data.get(key)
        for word in choices:
            if word == found:
                return word
        self.wrong(key, f"expected one of {', '.join(choices)}", found)
        return choices[0]

    def day(self, key: str) -> date:
        """A required date such as 2026-12-01."""
        found = self.data.get(key)
        try:
            return date.fromisoformat(found if isinstance(found, str) else "")
        except ValueError:
            self.wrong(key, "expected a date such as 2026-12-01", found)
            return date(2000, 1, 1)

    def items(self, key: str) -> list[object]:
        """A list; an absent one is empty."""
        found = self.data.get(key)
        if found is None:
            return []
        if isinstance(found, list) and len(found) <= LIST_LENGTH:
            return found
        self.wrong(key, f"expected a list of at most {LIST_LENGTH}", found)
        return []

    def part(self, key: str, known: Collection[str]) -> Fields:
        """The object in a field."""
        return Fields(self.data.get(key), f"{self.where}: {key}", self.mistakes, known)

    def parts(self, key: str, known: Collection[str]) -> Iterator[Fields]:
        """The objects in a list."""
        for number, item in enumerate(self.items(key)):
            yield Fields(item, f"{self.where}: {key}[{number}]", self.mistakes, known)
