"""The filters that a link or a digest keeps, as lists and forms name them: and which of them are gone."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from milepost.insight.outline import Contents, Outline
from milepost.server.forms.lens import SEGMENT
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal, numbers
from milepost.server.templatetags.telling import named


@dataclass(frozen=True, slots=True)
class Kept:
    """One filter in words; `gone` where the plan and its data do not have it any more."""

    name: str
    value: str
    gone: bool


def kept(query: str, contents: Contents | None) -> list[Kept]:
    """What a kept query filters by; without contents nothing is said to be gone, for nobody knows."""
    found = QueryDict(query)
    return [_told(key, str(found[key]), contents) for key in found if found[key]]


def outline() -> Contents | None:
    """What the plan has; None where it is not known at once: a list does not wait for it."""
    try:
        (contents,) = numbers(Outline())
    except (NoPlan, NotYet, Refusal):
        return None
    assert isinstance(contents, Contents)
    return contents


def _told(key: str, value: str, contents: Contents | None) -> Kept:
    if key == "touchpoint":
        point = contents.touchpoint(value) if contents else None
        gone = contents is not None and point is None
        return Kept(_("Touchpoint"), point.title if point else value, gone)
    if key == "channel":
        known = contents is None or value in contents.channels
        return Kept(_("Channel"), value, not known)
    name = key.removeprefix(SEGMENT)
    known = contents is None or name in {each.name for each in contents.segments}
    return Kept(named(name), value, not known)
