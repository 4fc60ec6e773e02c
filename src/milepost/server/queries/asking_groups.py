"""Who answers and who does not: response rates by channel, language or attribute, each against the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milepost.plan.model import Privacy
from milepost.server.queries.numbers import plan_file
from milepost.server.queries.program_figures import Tally, total
from milepost.server.queries.rates import Against, Share, against_rest

# Rarer values are told together: nobody reads a longer list, and single people are in them.
MOST_GROUPS = 30


@dataclass(frozen=True, slots=True)
class Group:
    """The askings of one value; None: the values of `many` groups together that were too small or too many."""

    value: str | None
    many: int
    share: Share
    against: Against


def least() -> int:
    """How many people a group has to have to be shown: as the plan says; what is usual without one."""
    file = plan_file()
    try:
        return _least(file, file.stat().st_mtime_ns)
    except OSError:
        return Privacy().min_group


@lru_cache(maxsize=4)
def _least(file: Path, changed: int) -> int:
    from milepost.plan.load import read_plan  # noqa: PLC0415 -- brings the SQL parser, for a file read once

    plan = read_plan(file).plan
    return plan.privacy.min_group if plan else Privacy().min_group


def groups(found: Mapping[str, Tally], *, least: int) -> list[Group]:
    """The groups from the lowest rate to the highest, those below `least` people folded into one.

    What is folded is at least `least` together, so that the total does not tell it; where nothing
    would be left to compare, there are none.
    """
    shown, folded = _parted(found, least)
    if len(shown) + bool(folded) < 2:
        return []
    together = total(tally for _, tally in folded)
    named: list[tuple[str | None, int, Tally]] = [(value, 1, tally) for value, tally in shown]
    if folded:
        named.append((None, len(folded), together))
    differences = against_rest([tally.response for _, _, tally in named])
    made = [
        Group(value, many, tally.response, against)
        for (value, many, tally), against in zip(named, differences, strict=True)
    ]
    return sorted(made, key=_rank)


Named = Sequence[tuple[str, Tally]]


def _parted(found: Mapping[str, Tally], least: int) -> tuple[Named, Named]:
    """Those shown and those folded: the small ones, those too many, and one more where these are few."""
    ranked = sorted(found.items(), key=lambda each: (-each[1].sent, each[0]))
    shown = [each for each in ranked[:MOST_GROUPS] if each[1].sent >= least]
    folded = ranked[len(shown) :]
    if folded and sum(tally.sent for _, tally in folded) < least:
        folded = [*shown[-1:], *folded]
        shown = shown[:-1]
    return shown, folded


def _rank(group: Group) -> tuple[bool, float, int, str]:
    """What is known to differ first by its rate; the folded one always last."""
    return (group.value is None, group.share.value or 0.0, -group.share.of, group.value or "")
