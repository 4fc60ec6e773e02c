"""The board's numbers of one period as cells: judged together, small groups hidden."""

from __future__ import annotations

from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight import wording
from milepost.insight.board import Board, Spot, courses, judged
from milepost.insight.cells import Cell
from milepost.insight.sisters import plain, sisters, where
from milepost.plan.calendar import Span


def cells_at(reader: Reader, found: Board, span: Span, question: Question) -> dict[Spot, Cell]:
    """A cell for each of the scorecard's numbers that has answers in a period."""
    verdicts, lines = judged(found, reader, span), courses(found, span)
    before = found.calendar.previous(span)
    spots = [spot for spot in found.spots() if (spot, span) in found.by_span]
    numbers = [found.by_span[spot, span] for spot in spots]
    beside = {
        # All periods at once: asked again for the next one, they are remembered.
        name: sisters(reader, reader.project.metrics[name], plain(question), found.spans)
        for name in {name for name, _ in spots}
    }
    return {
        spot: wording.cell(
            reader.project, number, earlier=found.seen(spot, before),
            judged=verdicts.get(spot), course=lines.get(spot), question=question,
            sister=beside[spot[0]].get(where(number)), hide=(spot, span) in found.hidden,
        )
        for spot, number in zip(spots, numbers, strict=True)
    }  # fmt: skip
