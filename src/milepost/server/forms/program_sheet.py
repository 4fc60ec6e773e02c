"""The whole form of a program: fields and rows, read into the rule's document, every mistake beside its field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any

from django import forms
from django.http import QueryDict

from milepost.channels.catalogue import CHANNELS
from milepost.plan.calendar import WEEKDAYS
from milepost.programs.deciding.documents import Data, parse
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.program import After, Every, Program
from milepost.server.forms.program_rows import (
    FORMS,
    Row,
    Rows,
    is_move,
    moved,
    row_forms,
    typed,
    typed_rows,
)
from milepost.server.forms.programs import COMPARISONS, UNITS, ProgramForm
from milepost.server.models import Survey

_ROW = re.compile(r"(segment: (?:all|any)|holds|window)\[([0-9]+)\](?:: (\w+))?: (.*)")
_PLACE = re.compile(r"(\w+)(?:: (\w+))?: (.*)")
_KINDS = {"segment": "condition", "holds": "hold", "window": "hours"}
# Where a document's field has another name, or several, in the form.
_NAMES = {
    "after_minutes": "wait",
    "recency": "recency_rule",
    "segment": "join",
    "window": "channels",
}


class Sheet:
    """The whole form: `form` and its rows; after `is_valid`, `data` is the document and `program` its rule.

    `touched`: a button added or removed a row, so that nothing is checked yet.
    """

    def __init__(
        self,
        posted: QueryDict | None,
        *,
        kind: str,
        surveys: Sequence[Survey],
        touchpoints: Collection[str] = (),
        initial: Mapping[str, Any] | None = None,
        rows: Rows | None = None,
    ) -> None:
        self.kind, self._surveys, self._touchpoints = kind, surveys, touchpoints
        self._posted, self.touched = posted, posted is not None and is_move(posted)
        self.data: Data = {}
        self.program: Program | None = None
        bound = None if self.touched else posted
        if posted is not None and self.touched:
            initial, rows = typed(posted), moved(typed_rows(posted), posted.get("do", ""))
        self.form = ProgramForm(bound, kind=kind, surveys=surveys, initial=dict(initial or {}))
        self.rows: dict[str, list[Row]] = {
            each: row_forms(each, bound, (rows or {}).get(each, [])) for each in FORMS
        }

    @property
    def survey(self) -> Survey | None:
        """The survey that was chosen."""
        name = self.form.cleaned_data.get("survey") if self.form.is_bound else None
        return next((each for each in self._surveys if each.name == name), None)

    def is_valid(self, name: str = "program") -> bool:
        """Whether it is a program; if not, every mistake stands beside its field."""
        if self.touched or not self.form.is_bound:
            return False
        # Every form is looked at, so that all mistakes are told at once.
        right = [form.is_valid() for form in self._forms()]
        self.data = self._document(name)
        try:
            self.program = parse(self.data, known=self._known())
        except ProgramError as wrong:
            for mistake in wrong.mistakes:
                self._tell(mistake.removeprefix(f"{name}: "))
            return False
        return all(right)

    @property
    def errors(self) -> bool:
        """Whether anything is marked."""
        return any(each.errors for each in self._forms())

    def _forms(self) -> list[forms.Form]:
        return [self.form, *chain.from_iterable(self.rows.values())]

    def _known(self) -> dict[str, Collection[str]]:
        return {"touchpoint": self._touchpoints} if self._touchpoints else {}

    def _document(self, name: str) -> Data:
        given, survey = self.form.cleaned_data, self.survey
        document: Data = {
            "name": name,
            "kind": self.kind,
            "survey": survey.name if survey else "x",
            "survey_type": survey.document["type"] if survey else "x",
            "channels": given.get("channels") or [CHANNELS[0].name],
            "touchpoint": given.get("touchpoint") or None,
            "sample": float(given["sample"]) / 100 if given.get("sample") is not None else 1.0,
            "priority": given.get("priority"),
            "daily_cap": given.get("daily_cap"),
            "reminder_days": given.get("reminder_days"),
            "recency": _recency(given),
            "segment": self._segment(given),
            "holds": [row.data_of() for row in self.rows["hold"]],
            "window": [row.data_of() for row in self.rows["hours"]] or None,
        }
        return document | (_rhythm(given) if self.kind == "relationship" else _occasion(given))

    def _segment(self, given: Mapping[str, Any]) -> Data | None:
        conditions = [row.data_of() for row in self.rows["condition"]]
        return {given.get("join") or "all": conditions} if conditions else None

    def _tell(self, mistake: str) -> None:
        """Put a mistake of the document beside its field, unless something is marked there already."""
        found = _ROW.match(mistake)
        if found:
            place, number, key, text = found.groups()
            form = self.rows[_KINDS[place.partition(":")[0]]][int(number)]
            _mark(form, _row_field(form, key), text)
            return
        plain = _PLACE.match(mistake)
        key, inner, text = plain.groups() if plain else ("", None, mistake)
        name = f"{key}_{inner}" if inner else _NAMES.get(key, key)
        _mark(self.form, name if name in self.form.fields else None, text)


def initial_of(program: Program, title: str) -> tuple[dict[str, Any], Rows]:
    """A program as the form shows it: its fields, and its rows."""
    from_document: dict[str, Any] = {
        "title": title, "survey": program.survey, "touchpoint": program.touchpoint or "",
        "channels": list(program.channels), "skip_event_channel": program.skip_event_channel,
        "join": program.segment.join if program.segment else "all",
        "sample": _plain(program.sample * 100), "daily_cap": program.daily_cap,
        "recency_rule": program.recency.rule if program.recency else "",
        "recency_days": program.recency.days if program.recency else None,
        "priority": program.priority, "reminder_days": program.reminder_days,
    }  # fmt: skip
    return from_document | _when(program), _rows(program)


def _when(program: Program) -> dict[str, Any]:
    match program.when:
        case Every() as every:
            return {
                "every_days": every.days,
                "starts_on": every.starts_on,
                "newcomer_days": every.newcomer_days,
            }
        case After() as after:
            minutes = int(after.wait.total_seconds()) // 60
            unit = next(int(each) for each, _ in reversed(UNITS) if minutes % int(each) == 0)
            return {"event": after.event, "wait": minutes // unit, "wait_unit": str(unit)}


def _rows(program: Program) -> Rows:
    conditions = program.segment.conditions if program.segment else ()
    return {
        "condition": [
            {"attribute": c.attribute, "operator": c.operator, "value": shown(c.stated)}
            for c in conditions
        ],
        "hold": [{"event": h.event, "release": h.release, "days": h.days} for h in program.holds],
        "hours": [
            {
                "days": [WEEKDAYS[day] for day in h.weekdays],
                "opens": f"{h.opens // 60:02d}:{h.opens % 60:02d}",
                "closes": f"{h.closes // 60:02d}:{h.closes % 60:02d}",
            }
            for h in program.open_hours.hours
        ],
    }


def _rhythm(given: Mapping[str, Any]) -> Data:
    first = given.get("starts_on")
    return {
        "every_days": given.get("every_days"),
        "starts_on": first.isoformat() if first else None,
        "newcomer_days": given.get("newcomer_days"),
    }


def _occasion(given: Mapping[str, Any]) -> Data:
    wait, unit = given.get("wait"), int(given.get("wait_unit") or 1)
    return {
        "event": given.get("event"),
        "after_minutes": None if wait is None else wait * unit,
        "skip_event_channel": given.get("skip_event_channel", False),
    }


def _recency(given: Mapping[str, Any]) -> Data | None:
    rule = given.get("recency_rule")
    return {"rule": rule, "days": given.get("recency_days")} if rule else None


def _mark(form: forms.Form, name: str | None, text: str) -> None:
    if name is None or name not in form.errors:
        form.add_error(name, f"{text[:1].upper()}{text[1:]}.")


def _row_field(form: forms.Form, key: str | None) -> str | None:
    """The field of a row that a document's key is typed in."""
    name = {"from": "opens", "to": "closes", **dict.fromkeys(COMPARISONS, "value")}.get(
        key or "", key
    )
    return name if name in form.fields else None


def shown(stated: object) -> str:
    """What a condition states, as it is typed: a list with commas, yes and no."""
    if isinstance(stated, tuple):
        return ", ".join(map(_plain, stated))
    if isinstance(stated, bool):
        return "yes" if stated else "no"
    return _plain(stated)


def _plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
