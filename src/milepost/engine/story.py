"""One customer's rows over all facts: what the company's own systems tell of somebody, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.engine.reader import Reader

# So many rows are told; all are counted.
MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a fact: when, of which fact, what it says, its amount, and the source it is from.

    `what` holds pairs of a column and its text, in the order of the fact's columns.
    """

    at: datetime
    fact: str
    what: tuple[tuple[str, str], ...]
    amount: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """The latest MOST rows of a customer, and how many there are of each fact."""

    rows: tuple[Row, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """What the facts know of one customer; answers that the server brought are left to the server."""

    customer_id: str

    def answer(self, reader: Reader) -> Told:
        """The rows of the customer."""
        from milepost.engine.storytelling import told  # noqa: PLC0415 -- heavy, and pages pass it on only

        return told(reader, self.customer_id)
