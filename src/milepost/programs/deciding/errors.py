"""What is wrong with the document of a program or a budget, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from milepost.errors import MilepostError, one_line


class ProgramError(MilepostError, ValueError):
    """A program or budget that cannot be used. `mistakes` holds one line each: where and what."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(map(one_line, mistakes))
        super().__init__(*self.mistakes)
