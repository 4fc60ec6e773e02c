"""A column as a sample shows it: how often it is filled, with which numbers and texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Profile:
    """One column: `values` are its texts with their counts, blanks left out.

    `numbers` are those texts that are numbers, as numbers; `texts` are the others. `type` is
    "text", or the file's own type.
    """

    name: str
    type: str
    records: int
    values: Mapping[str, int]
    numbers: Mapping[float, int]
    texts: Mapping[str, int]

    @property
    def filled(self) -> int:
        """Records that are not blank here."""
        return sum(self.values.values())

    @property
    def blank_share(self) -> float:
        """Blank records among all, 0 to 1."""
        return 1 - self.filled / self.records if self.records else 1.0

    @property
    def numeric(self) -> bool:
        """Whether most of what is filled are numbers."""
        return 2 * sum(self.numbers.values()) > self.filled

    @property
    def unique(self) -> bool:
        """Whether every record holds a value of its own."""
        return 0 < self.records == self.filled == len(self.values)

    @property
    def is_time(self) -> bool:
        """Whether the file itself says that these are dates or times of a day."""
        return self.type.startswith(("TIMESTAMP", "DATE"))

    def share(self, texts: Iterable[str]) -> float:
        """How much of what is filled these texts are, 0 to 1."""
        return sum(self.values.get(text, 0) for text in texts) / max(self.filled, 1)


def profile(name: str, type_: str, cells: Iterable[Any]) -> Profile:
    """The profile of a column's cells, which are trimmed texts or a file's own values.

    >>> found = profile("score", "text", ["5", "5", "Blank", None])
    >>> dict(found.numbers), dict(found.texts), found.blank_share
    ({5.0: 2}, {'Blank': 1}, 0.25)
    """
    counted: Counter[Any] = Counter(map(_hashable, cells))
    records = counted.total()
    values: Counter[str] = Counter()
    for cell, count in counted.items():
        text = text_of(cell)
        if text:
            values[text] += count
    numbers: Counter[float] = Counter()
    texts: Counter[str] = Counter()
    for text, count in values.items():
        if _NUMBER.fullmatch(text):
            numbers[float(text.replace(",", "."))] += count
        else:
            texts[text] += count
    return Profile(name, type_, records, values, numbers, texts)


def text_of(cell: object) -> str:
    """A cell as the mapping will see it: trimmed, whole floats as integers."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _hashable(cell: Any) -> Any:
    """Lists and structs of a Parquet file are only looked at as texts."""
    # 1, 1.0 and True are one key of a Counter.
    if isinstance(cell, bool | list | dict):
        return text_of(cell)
    return cell
