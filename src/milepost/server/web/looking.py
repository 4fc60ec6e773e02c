"""What the form of the lens shows: the plan's segments, each with the value that is looked at."""

from __future__ import annotations

from typing import Any

from milepost.insight.outline import Contents
from milepost.server.forms.lens import Lens


def looking(lens: Lens, contents: Contents) -> dict[str, Any]:
    """The lens and what it can be set to, for a template."""
    segments = [(each, lens.segments.get(each.name)) for each in contents.segments]
    return {"lens": lens, "contents": contents, "segments": segments}
