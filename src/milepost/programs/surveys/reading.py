"""Reading a document's fields, each checked by its kind; what is wrong is gathered, not raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from milepost.errors import hint
from milepost.programs.surveys.errors import Fault
from milepost.programs.surveys.placeholders import without_controls

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>\"'\\^`{|}\u00a0\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LONGEST_LINK = 2_000


class Reader:
    """The fields of one table of a document; `faults` is shared by all tables of it."""

    def __init__(self, data: Mapping[str, Any], *, where: str, faults: list[Fault]) -> None:
        self.data = data
        self.where = where
        self.faults = faults

    def at(self, key: str) -> str:
        """The path of a field."""
        return f"{self.where}.{key}" if self.where else key

    def wrong(self, key: str, text: str) -> None:
        """Note a mistake of a field."""
        self.faults.append(Fault(self.at(key), text))

    def only(self, known: Iterable[str]) -> None:
        """Refuse every field that is not known."""
        for key in self.data:
            if key not in set(known):
                self.wrong(str(key)[:64], f"is unknown{hint(str(key)[:64], known)}")

    def line(self, key: str, *, longest: int, required: bool = False) -> str:
        """A text of one line; empty where it is absent."""
        value = self.text(key, longest=longest)
        if required and not value:
            self.wrong(key, "is missing; expected a text")
        if "\n" in value:
            self.wrong(key, "has several lines; expected one")
        return value

    def text(self, key: str, *, longest: int) -> str:
        """A text that people read; it may have several lines."""
        value = (self._of(key, str, "a text") or "").replace("\r\n", "\n").strip()
        if len(value) > longest:
            self.wrong(key, f"has {len(value)} characters; at most {longest} are allowed")
        if without_controls(value) != value:
            self.wrong(key, "holds control characters; write plain text")
        return value

    def name(self, key: str, *, reserved: Iterable[str] = ()) -> str:
        """A name that is safe in addresses and column names."""
        value = self._of(key, str, "a name") or ""
        if not is_name(value):
            shape = "small letters, digits, '-' and '_', at most 64, such as 'after-delivery'"
            self.wrong(key, f"'{value[:64]}' is no name; expected {shape}")
        elif value in set(reserved):
            self.wrong(key, f"'{value}' is taken by Milepost; choose another name")
        return value

    def one_of(self, key: str, known: Sequence[str], *, default: str = "") -> str:
        """One of the known words."""
        value = self._of(key, str, "a word")
        if value is None:
            if self.data.get(key) is None and not default:
                self.wrong(key, f"is missing{hint('', known)}")
            return default
        if value not in known:
            self.wrong(key, f"'{value[:64]}' is unknown{hint(value[:64], known)}")
        return str(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        return bool(self._of(key, bool, "true or false"))

    def number(self, key: str, *, default: float | None = None) -> float | None:
        """A number of reasonable size; a whole one stays whole."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e15:
            self.wrong(key, "expected a number")
            return None
        return value

    def moment(self, key: str) -> datetime | None:
        """A moment with its offset from UTC, given as ISO 8601."""
        value = self._of(key, str, "a moment such as 2026-12-31T23:00:00+00:00")
        if value is None:
            return None
        moment = _moment(value)
        if moment is None:
            shown = "expected one with its offset from UTC, 2026-12-31T23:00:00+00:00"
            self.wrong(key, f"'{value[:40]}' is no moment; {shown}")
        return moment

    def link(self, key: str) -> str | None:
        """An https address without user and password."""
        value: str | None = self._of(key, str, "an https address")
        if value is not None and not _is_https(value):
            self.wrong(key, f"'{value[:80]}' is no address to lead to; expected https://…")
        return value

    def words(self, key: str, *, most: int, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Words, each once."""
        values = self._of(key, list, "a list of names")
        if values is None:
            return default
        if len(values) > most:
            self.wrong(key, f"has {len(values)} entries; at most {most} are allowed")
        bad = [value for value in values if not isinstance(value, str) or not value.strip()]
        if bad or len(set(map(str, values))) < len(values):
            self.wrong(key, "expected names, each of them once")
        return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))[:most]

    def tables(self, key: str, *, most: int) -> list[Reader]:
        """A list of tables."""
        values = self._of(key, list, "a list") or []
        if len(values) > most:
            self.wrong(key, f"has {len(values)} entries; at most {most} are allowed")
        named = [(f"{key}[{number}]", value) for number, value in enumerate(values[:most], 1)]
        return [self._table(name, value) for name, value in named]

    def table(self, key: str) -> Reader:
        """A table; empty where it is absent."""
        value = self.data.get(key)
        return self._table(key, {} if value is None else value)

    def _table(self, name: str, value: object) -> Reader:
        if not isinstance(value, Mapping):
            self.wrong(name, "expected a table of fields")
            value = {}
        return Reader(value, where=self.at(name), faults=self.faults)

    def _of(self, key: str, kind: type, expected: str) -> Any:
        value = self.data.get(key)
        if value is None or isinstance(value, kind):
            return value
        self.wrong(key, f"expected {expected}")
        return None


def is_name(value: str) -> bool:
    """Whether a text is a name: small letters, digits, `-` and `_`, at most 64 characters."""
    return bool(_NAME.fullmatch(value))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _is_https(link: str) -> bool:
    if len(link) > _LONGEST_LINK or _FORBIDDEN.search(link):
        return False
    try:
        parts = urlsplit(link)
        fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    return fine and parts.scheme == "https" and bool(host) and "@" not in parts.netloc
