"""What pages look through: what the plan has, and the form of the lens with what it can be set to."""

from __future__ import annotations

from typing import Any

from milepost.insight.outline import Contents, Outline
from milepost.server.forms.lens import Lens
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal, numbers


def outline() -> Contents | None:
    """What the plan has; None where that is not known at once: a list does not wait for it."""
    try:
        (contents,) = numbers(Outline())
    except (NoPlan, NotYet, Refusal):
        return None
    assert isinstance(contents, Contents)
    return contents


def looking(lens: Lens, contents: Contents) -> dict[str, Any]:
    """The lens and what it can be set to, for a template."""
    segments = [(each, lens.segments.get(each.name)) for each in contents.segments]
    return {"lens": lens, "contents": contents, "segments": segments}
