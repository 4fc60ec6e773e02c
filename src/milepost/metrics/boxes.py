"""Which answers of a scale count as the good end and which as the bad one, scale by scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.plan.questions import End, Scale, scales_named


@dataclass(frozen=True, slots=True)
class Boxes:
    """The answers from `top[0]` to `top[1]` are the good end, those of `bottom` the bad one."""

    top: Scale
    bottom: Scale

    def mirrored(self, scale: Scale) -> Boxes:
        """The same rule where the low end is good.

        >>> Boxes(top=(4, 5), bottom=(1, 2)).mirrored((1, 5))
        Boxes(top=(1, 2), bottom=(4, 5))
        """
        return Boxes(_mirror(self.top, scale), _mirror(self.bottom, scale))


@dataclass(frozen=True, slots=True)
class BoxRule:
    """The boxes of the scales that were fixed by name, and the general rule for all others."""

    fixed: Mapping[Scale, Boxes]

    def of(self, scale: Scale, *, good: str) -> Boxes:
        """The boxes of a scale with its good end `high` or `low`."""
        boxes = self.fixed.get(scale) or general(scale)
        return boxes.mirrored(scale) if good == "low" else boxes

    def with_top(self, tops: Mapping[str, Scale]) -> BoxRule:
        """The rule with other top boxes; a key is a scale (`0-10`) or its number of points (`5`).

        A box is written with the scores as they are asked: it lies at the good end, whichever
        that is. A scale of which it is neither end is left as it was.

        >>> rule = BoxRule({}).with_top({"5": (1, 1)})
        >>> rule.of((1, 5), good="low").top
        (1, 1)
        """
        changed = dict(self.fixed)
        for key, top in tops.items():
            for scale in scales_named(key):
                if end_of(top, scale):
                    high = top if end_of(top, scale) == "high" else _mirror(top, scale)
                    changed[scale] = Boxes(high, (self.fixed.get(scale) or general(scale)).bottom)
        return BoxRule(changed)

    def as_data(self) -> dict[str, list[Scale]]:
        """The fixed boxes as plain data, for a definition's version and its page."""
        return {label(scale): [b.top, b.bottom] for scale, b in sorted(self.fixed.items())}


def general(scale: Scale) -> Boxes:
    """Two boxes at either end, one on scales of up to three points.

    >>> general((1, 10))
    Boxes(top=(9, 10), bottom=(1, 2))
    >>> general((0, 1))
    Boxes(top=(1, 1), bottom=(0, 0))
    """
    low, high = scale
    wide = 1 if high - low + 1 > 3 else 0
    return Boxes(top=(high - wide, high), bottom=(low, low + wide))


def label(scale: Scale) -> str:
    """A scale as it is written: `0-10`."""
    return f"{scale[0]}-{scale[1]}"


def end_of(box: Scale, scale: Scale) -> End | None:
    """The end of a scale that a box lies at; None for one in the middle, off it, or all of it.

    >>> end_of((4, 5), (1, 5)), end_of((1, 5), (1, 5))
    ('high', None)
    """
    low, high = box
    if not scale[0] <= low <= high <= scale[1] or box == scale:
        return None
    if high == scale[1]:
        return "high"
    return "low" if low == scale[0] else None


def _mirror(box: Scale, scale: Scale) -> Scale:
    ends = scale[0] + scale[1]
    return (ends - box[1], ends - box[0])


NPS = BoxRule(
    {
        (0, 10): Boxes(top=(9, 10), bottom=(0, 6)),
        (1, 10): Boxes(top=(9, 10), bottom=(1, 6)),
        (1, 5): Boxes(top=(5, 5), bottom=(1, 3)),
    }
)
AGREEMENT = BoxRule(
    {
        (1, 7): Boxes(top=(5, 7), bottom=(1, 3)),
        (1, 5): Boxes(top=(4, 5), bottom=(1, 2)),
    }
)
ENDS = BoxRule(
    {
        (0, 1): Boxes(top=(1, 1), bottom=(0, 0)),
        (1, 3): Boxes(top=(3, 3), bottom=(1, 1)),
        (1, 4): Boxes(top=(3, 4), bottom=(1, 2)),
        (1, 5): Boxes(top=(4, 5), bottom=(1, 2)),
        (1, 7): Boxes(top=(6, 7), bottom=(1, 2)),
        (1, 10): Boxes(top=(9, 10), bottom=(1, 2)),
        (0, 10): Boxes(top=(9, 10), bottom=(0, 1)),
    }
)
HIGHEST = BoxRule({(1, 3): Boxes(top=(3, 3), bottom=(1, 1))})
