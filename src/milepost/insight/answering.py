"""What the answers of the models share: facts made ready to be read, the answer as text and data."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from rich.text import Text

from milepost.engine.database import EngineError, connected
from milepost.engine.facts import Facts, Progress, damaged, refresh, silent
from milepost.engine.passings import with_passings
from milepost.engine.project import Project
from milepost.engine.reader import Reader, reader
from milepost.insight.layout import NARROWEST

Made = TypeVar("Made")


def made_of(
    project: Project, make: Callable[[Reader], Made], *, progress: Progress = silent
) -> Made:
    """What `make` makes of a project's facts, up to date with their sources.

    Raises PlanError, DataError or QuestionError.
    """
    facts = refresh(project, progress=progress)
    try:
        return _made(facts, make)
    except EngineError:
        # A fact that was damaged on the disk is built anew; any other error is a defect.
        if not damaged(project, facts):
            raise
        return _made(refresh(project, progress=progress), make)


def _made(facts: Facts, make: Callable[[Reader], Made]) -> Made:
    with connected() as con:
        return make(with_passings(reader(con, facts)))


class Shown:
    """An answer that shows itself: as lines for people, as text, as plain data and as JSON."""

    __slots__ = ()

    @abstractmethod
    def lines(self, *, width: int) -> Iterator[Text]:
        """The answer as styled lines of at most `width` columns."""

    @abstractmethod
    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision."""

    def table(self, *, width: int = 80) -> str:
        """The answer as text for people."""
        return "\n".join(line.plain.rstrip() for line in self.lines(width=max(width, NARROWEST)))

    def to_json(self) -> str:
        """The answer as JSON."""
        return json.dumps(self.to_data(), indent=1, ensure_ascii=False, allow_nan=False)

    def __repr__(self) -> str:
        return self.table()
