"""A trend as a picture for mail, drawn where numbers are measured: the drawing library is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.insight.one.asking import One, OneMetric

if TYPE_CHECKING:
    from milepost.engine.reader import Reader

WIDTH = 560


@dataclass(frozen=True, slots=True)
class Picture:
    """A metric's closed periods as a PNG; no bytes where there are fewer than two to draw."""

    asked: OneMetric
    title: str
    lang: str
    currency: str

    def answer(self, reader: Reader) -> bytes:
        """The picture, of twice its width in pixels. Raises QuestionError."""
        from milepost.charts.drawing import png  # noqa: PLC0415 -- heavy, and only drawn here
        from milepost.charts.trend import trend  # noqa: PLC0415 -- the same

        one: One = self.asked.answer(reader)
        cells = [cell for cell in one.trend if cell.complete]
        if sum(cell.value is not None for cell in cells) < 2:
            return b""
        drawn = trend(cells, title=self.title, lang=self.lang, currency=self.currency)
        return png(drawn, width=WIDTH)
