"""The derived facts that some metrics stand on: named groupings of a fact's rows, one row a unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact made from another: the rows of `over` that share `key`, one row a key.

    `columns` are SQL aggregates; day, bucket, unit and the attributes are those of the unit's
    first row, and come by themselves.
    """

    name: str
    over: str
    key: tuple[str, ...]
    columns: dict[str, str]
    words: str


SUBMISSIONS = Derived(
    name="submissions",
    over="responses",
    key=("_source", "response_id", "touchpoint"),
    columns={
        "commented": "max(CASE WHEN comment IS NULL THEN 0 ELSE 1 END)",
        "answers": "count(*)",
    },
    words="One row for each response that came back at a touchpoint, however many questions it had.",
)

DERIVED = (SUBMISSIONS,)
BY_NAME = {derived.name: derived for derived in DERIVED}
