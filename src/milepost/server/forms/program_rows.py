"""The rows of the program form: what was typed into them, and the buttons that add and remove one."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

from milepost.server.forms.programs import Condition, Hold, Hours

Row = Condition | Hold | Hours
Rows = dict[str, list[dict[str, Any]]]
# What a row of each kind is called in names of fields and in buttons.
FORMS: dict[str, type[Row]] = {"condition": Condition, "hold": Hold, "hours": Hours}
_MOST = 20
_FIELD = re.compile(r"(condition|hold|hours)-([0-9]{1,4})-")


def row_forms(kind: str, posted: QueryDict | None, rows: list[dict[str, Any]]) -> list[Row]:
    make = FORMS[kind]
    if posted is not None:
        numbers = _numbers(posted, kind)
        return [make(posted, prefix=f"{kind}-{number}") for number in numbers]
    return [make(initial=row, prefix=f"{kind}-{number}") for number, row in enumerate(rows)]


def _numbers(posted: QueryDict, kind: str) -> list[int]:
    found = {int(match[2]) for name in posted if (match := _FIELD.match(name)) and match[1] == kind}
    return sorted(found)[:_MOST]


def typed(posted: QueryDict) -> dict[str, Any]:
    several = {"channels": posted.getlist("channels")}
    return {name: posted.get(name) for name in posted if not _FIELD.match(name)} | several


def typed_rows(posted: QueryDict) -> Rows:
    return {
        kind: [
            {
                name: posted.getlist(f"{kind}-{number}-{name}")
                if name == "days" and kind == "hours"
                else posted.get(f"{kind}-{number}-{name}", "")
                for name in FORMS[kind].base_fields
            }
            for number in _numbers(posted, kind)
        ]
        for kind in FORMS
    }


def is_move(posted: QueryDict) -> bool:
    return posted.get("do", "").partition(":")[0] in ("add", "remove")


def moved(rows: Rows, button: str) -> Rows:
    """The rows after a button such as `add:hold` or `remove:hold:0`; what cannot be done changes nothing."""
    verb, _, rest = button.partition(":")
    kind, _, number = rest.partition(":")
    if kind in rows and verb == "add" and len(rows[kind]) < _MOST:
        rows[kind].append({"days": 0} if kind == "hold" else {})
    if kind in rows and verb == "remove" and number.isascii() and number.isdecimal():
        rows[kind] = [row for place, row in enumerate(rows[kind]) if place != int(number)]
    return rows
