"""Who and what is behind a number: the very rows that were added up, as a page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from milepost.engine.reader import Reader

Order = Literal["latest", "worst", "best"]
Value = str | float | int | bool | date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one number: the first of them in the order asked, and how many there are.

    `hidden` says that so few people are behind it that none may be shown: then there are no rows.
    `columns` names the values of each row; `respondents` counts distinct people.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    count: int
    respondents: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """The scores or values of one bar, in the metric's unit: above `least`, up to and with `most`.

    A bar of one value has it as both.
    """

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a metric at a touchpoint (None: the company) from `since` until before `until`.

    `where` is a condition as in a question; `said` keeps only rows with a comment, `within` only
    those of a bar. `order` worst and best go by the score, so that they are of answers only. With
    `limit` 0 all rows come.
    """

    metric: str
    touchpoint: str | None
    since: date
    until: date
    where: str | None = None
    order: Order = "latest"
    said: bool = False
    within: Within | None = None
    limit: int = 100
    skip: int = 0

    def answer(self, reader: Reader) -> Rows:
        """The rows. Raises UnknownName or QuestionError."""
        from milepost.insight.listing import rows_behind  # noqa: PLC0415 -- heavy; pages pass it on only

        return rows_behind(reader, self)
