"""What pages ask: questions that can be sent to another process, and whose answers can be sent back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from milepost.engine.question import Question
from milepost.insight.answer import Answer

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


class Asking(Protocol):
    """Something to be found out: a frozen, hashable dataclass of plain values.

    Its module loads nothing heavy before `answer` is called; what `answer` gives is plain, too.
    """

    def answer(self, reader: Reader, /) -> Any:
        """What is found out of facts that are ready to be read. Raises MilepostError."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; its answer is what a terminal would show. The history keeps a whole scorecard."""

    question: Question

    def answer(self, reader: Reader) -> Answer:
        """The answer of `milepost measure`."""
        from milepost.insight.history import kept  # noqa: PLC0415 -- heavy, as all of measuring
        from milepost.insight.measuring import answered  # noqa: PLC0415 -- the same

        found = answered(reader, self.question)
        if self.question.metrics or self.question.where:
            return found
        return replace(found, notes=(*found.notes, *kept(reader.project, found)))
