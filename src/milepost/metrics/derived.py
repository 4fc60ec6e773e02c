"""What a derived fact is: a named SELECT over facts that gives one row a unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact made from the metric's own when a question asks for it.

    `select` is SQL (DuckDB dialect). It reads `rows`, the fact's rows, in which `level` is the
    touchpoint where touchpoints are apart and NULL where the company is one; `periods` (since,
    until), those that the question asks for; the facts that it `reads` (`fact`, or `fact.column`
    where a source has to map the column); and holes: `:known`, the
    last day of which anything is known, `:timezone`, and the metric's parameters. It keeps all
    columns of the row that a unit starts with, so that day, bucket, unit and the attributes are
    those of its start; a `day` of its own takes the place of the row's. The question's condition
    is on the made rows, as its segments are. `tie` is the column that tells rows of one moment
    apart where only their attributes differ: no uncut number depends on it.
    """

    name: str
    select: str
    words: str
    reads: tuple[str, ...] = ()
    tie: str | None = None

    @property
    def dated(self) -> bool:
        """Whether its rows have a day of their own, which may be later than any of the fact's."""
        return "EXCLUDE (day)" in self.select

    @property
    def by_period(self) -> bool:
        """Whether its rows' days are the first ones of the periods that the question asks for."""
        return "since AS day" in self.select


SUBMISSIONS = Derived(
    name="submissions",
    select="""
        SELECT r.*, max(CASE WHEN comment IS NULL THEN 0 ELSE 1 END) OVER whole AS commented
        FROM rows AS r
        WINDOW whole AS (PARTITION BY _source, response_id, level)
        QUALIFY row_number()
            OVER (PARTITION BY _source, response_id, level ORDER BY day, question) = 1
    """,
    words="One row for each response that came back, however many questions it had.",
)
