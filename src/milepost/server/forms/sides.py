"""The two sides of a comparison, as an address states them and as a form offers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict

from milepost.insight.outline import Contents
from milepost.insight.sides.asking import Side
from milepost.server.forms.lens import Lens
from milepost.server.forms.periods import Choice, choices, value

# What stands between a segment's name and its value in a choice.
_IS = "="


@dataclass(frozen=True, slots=True)
class Given:
    """One side as its fields say it: days, a touchpoint, one value of one segment."""

    period: str
    touchpoint: str
    group: str

    def side(self, contents: Contents) -> Side:
        """The side that is meant; without days all that hold data."""
        data = QueryDict(mutable=True)
        data.update({"period": self.period, "touchpoint": self.touchpoint})
        name, _, text = self.group.partition(_IS)
        data[f"segment.{name}" if name != "channel" else "channel"] = text
        lens = Lens.of(data, contents)
        first = lens.since or contents.first or date(2000, 1, 1)
        until = lens.until or (contents.last or first) + timedelta(days=1)
        return Side(first, until, lens.touchpoint, lens.where())


def given(data: QueryDict, contents: Contents) -> tuple[Given, Given]:
    """Both sides: of what is not said, the latest period beside the one before."""
    periods = [each.value for each in choices(contents)]
    usual = {"a": periods[1] if len(periods) > 1 else "", "b": periods[0] if periods else ""}
    lens = Lens.of(data, contents)
    if lens.since and lens.until:
        usual["b"] = value(lens.since, lens.until)
    group = next((f"{name}{_IS}{text}" for name, text in lens.segments.items()), "")

    def one(side: str) -> Given:
        return Given(
            _period(data, side) or usual[side],
            data.get(f"{side}.touchpoint", lens.touchpoint or ""),
            data.get(f"{side}.group", group),
        )  # fmt: skip

    return one("a"), one("b")


def groups(contents: Contents) -> list[tuple[str, list[Choice]]]:
    """The values of every segment, and the channels."""
    named = [(each.name, each.values) for each in contents.segments]
    if len(contents.channels) > 1:
        named.append(("channel", contents.channels))
    return [
        (name, [Choice(f"{name}{_IS}{text}", text) for text in values]) for name, values in named
    ]


def _period(data: QueryDict, side: str) -> str:
    """Days of one's own go before a period of the list."""
    first, last = data.get(f"{side}.from", ""), data.get(f"{side}.to", "")
    return f"{first}..{last}" if first and last else data.get(side, "")
