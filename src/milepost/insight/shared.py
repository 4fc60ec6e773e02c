"""What is asked for eyes outside the house: maps and metrics that name nobody and show no small group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.insight.journey.asking import JourneyMap, MapOf
from milepost.insight.one.asking import One, OneMetric

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class Within:
    """What a shared page looks through: the condition of its link, and one segment's value chosen on it.

    A value is compared with its sisters, so that no small group is what remains of the whole.
    """

    where: str | None = None
    segment: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class SharedMap:
    """A journey map without words, and without numbers of fewer people than the plan's `min_group`.

    `asked.where` is the condition of `within` with that of its segment. Only closed periods are told.
    """

    asked: JourneyMap
    within: Within = Within()

    def answer(self, reader: Reader) -> MapOf:
        """The map. Raises QuestionError."""
        from milepost.insight.redacting import redacted_map  # noqa: PLC0415 -- heavy

        return redacted_map(reader, self)


@dataclass(frozen=True, slots=True)
class SharedMetric:
    """A metric from every side, redacted as a shared map is; cut by segment where none is chosen."""

    asked: OneMetric
    within: Within = Within()

    def answer(self, reader: Reader) -> One:
        """All of it. Raises QuestionError."""
        from milepost.insight.redacting import redacted_one  # noqa: PLC0415 -- heavy

        return redacted_one(reader, self)
