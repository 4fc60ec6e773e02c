"""The filters that a link, a digest or a page keeps, in words of the reader: and which of them are gone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from milepost.insight.outline import Contents
from milepost.server.forms.lens import SEGMENT, gone
from milepost.server.templatetags.telling import named


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in words; `gone` where the plan and its data do not have it any more."""

    name: str
    value: str
    gone: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


def filters_of(query: str, contents: Contents | None) -> list[Filter]:
    """What the query of a lens filters by; without contents nothing is said to be gone, for nobody knows."""
    said = QueryDict(query)
    return [_filter(key, str(said[key]), contents) for key in said if said[key]]


def _filter(key: str, value: str, contents: Contents | None) -> Filter:
    lost = contents is not None and gone(key, value, contents)
    if key == "channel":
        return Filter(_("Channel"), value, lost)
    if key == "touchpoint":
        point = contents.touchpoint(value) if contents else None
        return Filter(_("Touchpoint"), point.title if point else value, lost)
    return Filter(named(key.removeprefix(SEGMENT)), value, lost)
