"""Mix against rate: how much of a change comes of who answered, and how much of what they said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mix:
    """The two parts of a change in a mean or share; they add up to the change.

    `mix` is what the change in the groups' shares does at their average values, `rate` what the
    change in the groups' values does at their average shares (Kitagawa 1955, JASA 50:1168).
    """

    mix: float
    rate: float


Groups = Mapping[str | None, tuple[float, float]]


def mix(before: Groups, now: Groups) -> Mix | None:
    """The parts of the change from `before` to `now`: of each group its value and its weight.

    A group that is there on one side only has no other value to be compared with: its own stands
    for it, so that it counts as mix. None where a side is empty.

    >>> mix({"mail": (50.0, 50), "web": (20.0, 50)}, {"mail": (50.0, 20), "web": (20.0, 80)})
    Mix(mix=-9.0, rate=0.0)
    """
    total_before, total_now = (sum(w for _, w in side.values()) for side in (before, now))
    if not total_before or not total_now:
        return None
    mixed = rated = 0.0
    for name in before.keys() | now.keys():
        value_before, weight_before = before.get(name, (now.get(name, (0.0, 0.0))[0], 0.0))
        value_now, weight_now = now.get(name, (value_before, 0.0))
        share_before, share_now = weight_before / total_before, weight_now / total_now
        mixed += (share_now - share_before) * (value_before + value_now) / 2
        rated += (value_now - value_before) * (share_before + share_now) / 2
    return Mix(mixed, rated)
