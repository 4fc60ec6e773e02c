"""The derived facts that some metrics stand on: named groupings of a fact's rows, one row a unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact made from another: the rows of `over` that share `key`, one row a key.

    At touchpoints it is one row a key and touchpoint, of the company one a key. `columns` are
    SQL aggregates; day, bucket, unit, customer and the attributes are those of the unit's first
    row and come by themselves, as do the columns named in `carried`.
    """

    name: str
    over: str
    key: tuple[str, ...]
    columns: dict[str, str]
    words: str
    carried: tuple[str, ...] = ()


SUBMISSIONS = Derived(
    name="submissions",
    over="responses",
    key=("_source", "response_id"),
    columns={
        "commented": "max(CASE WHEN comment IS NULL THEN 0 ELSE 1 END)",
        "answers": "count(*)",
    },
    words="One row for each response that came back, however many questions it had.",
    carried=("audience", "weight"),
)

DERIVED = (SUBMISSIONS,)
BY_NAME = {derived.name: derived for derived in DERIVED}
