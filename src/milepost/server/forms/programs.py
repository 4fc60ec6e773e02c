"""The fields of the program form: what a program has once, and a condition, a hold, hours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from milepost.channels.catalogue import CHANNELS
from milepost.plan.calendar import WEEKDAYS
from milepost.programs.deciding.documents import Data
from milepost.programs.deciding.fields import TEXT_LENGTH
from milepost.programs.deciding.program import REMINDER_DAYS
from milepost.programs.deciding.segments import OPERATORS
from milepost.server.forms.fields import Line
from milepost.server.models import Survey

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

UNITS = (("1", _("minutes")), ("60", _("hours")), ("1440", _("days")))
COMPARISONS = {
    "equals": _("is"),
    "not": _("is not"),
    "one_of": _("is one of (separated by commas)"),
    "greater": _("is greater than"),
    "less": _("is less than"),
    "present": _("is known (yes or no)"),
}
_JOINS = (("all", _("All of these must hold")), ("any", _("Any of these is enough")))
_RECENCY = (
    ("", _("Makes no difference")),
    ("first", _("Ask those with a recent contact first")),
    ("only", _("Ask only those with a recent contact")),
)

_OF_THE_OTHER = {
    "relationship": ("event", "wait", "wait_unit", "skip_event_channel"),
    "transactional": ("every_days", "starts_on", "newcomer_days"),
}


def _number(label: StrOrPromise, *, required: bool = False, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, **options)


class ProgramForm(forms.Form):
    """The fields that a program has once. `kind` tells which of them."""

    title = Line(
        _("Title"),
        most=200,
        help_text=_("For you and your colleagues; nobody who is asked sees it."),
    )
    survey = forms.ChoiceField(
        label=_("Survey"), error_messages={"required": _("Choose what to ask.")}
    )
    touchpoint = forms.CharField(
        label=_("Touchpoint"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "touchpoints"}),
        help_text=_("Its name in the plan. Empty: the event's, or the survey's."),
    )
    every_days = _number(_("Interval in days"), required=True)
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    newcomer_days = _number(
        _("Newcomers wait, in days"),
        required=True,
        help_text=_("Longer than an onboarding program waits, and that one asks first."),
    )
    event = Line(
        _("Event"), most=TEXT_LENGTH, help_text=_("Its name as it is imported."),
        widget=forms.TextInput(attrs={"list": "events"}),
    )  # fmt: skip
    wait = _number(_("Wait after it"), required=True)
    wait_unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[(each.name, _(each.title)) for each in CHANNELS if each.address],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one at least.")},
    )
    skip_event_channel = forms.BooleanField(
        label=_("Never by the channel that the event came by"), required=False
    )
    join = forms.ChoiceField(label=_("Who is meant"), choices=_JOINS, required=False, initial="all")
    sample = forms.DecimalField(
        label=_("Share to ask, in per cent"),
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        help_text=_("The same people every time."),
    )
    recency_rule = forms.ChoiceField(label=_("Recent contact"), choices=_RECENCY, required=False)
    recency_days = _number(_("Recent, in days"))
    daily_cap = _number(
        _("Most a day"), help_text=_("Empty: no limit. The others come on the next days.")
    )
    priority = _number(
        _("Priority"),
        required=True,
        help_text=_(
            "0 to 1,000. Of two programs that want the same person, the lower number asks."
        ),
    )
    reminder_days = _number(
        _("Reminder after days"),
        help_text=format_lazy(
            _("Once, and only who did not answer. Empty: never. Usual: {days}."),
            days=REMINDER_DAYS,
        ),
    )

    def __init__(
        self, data: QueryDict | None, *, kind: str, surveys: Collection[Survey], **options: Any
    ) -> None:
        super().__init__(data, **options)
        choice = self.fields["survey"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Choose")), *((each.name, each.title) for each in surveys)]
        for name in _OF_THE_OTHER[kind]:
            del self.fields[name]


class Condition(forms.Form):
    """One condition of the segment."""

    attribute = Line(
        _("Attribute"), most=TEXT_LENGTH, widget=forms.TextInput(attrs={"list": "attributes"})
    )
    operator = forms.ChoiceField(
        label=_("Comparison"), choices=[(each.name, COMPARISONS[each.name]) for each in OPERATORS]
    )
    value = Line(_("Value"), most=2_000)

    def data_of(self) -> Data:
        """The condition in a document."""
        given = self.cleaned_data
        return {
            "attribute": given.get("attribute"),
            given.get("operator", OPERATORS[0].name): self._stated(given),
        }

    def _stated(self, given: Mapping[str, Any]) -> object:
        text = given.get("value", "")
        takes = next(each.takes for each in OPERATORS if each.name == given.get("operator"))
        match takes:
            case "values":
                return [part.strip() for part in text.split(",") if part.strip()]
            case "number":
                return _as_number(text)
            case "flag":
                return {"yes": True, "true": True, "no": False, "false": False}.get(
                    text.lower(), text
                )
            case "value":
                return text


class Hold(forms.Form):
    """One rule that leaves people alone."""

    event = Line(
        _("From the event"), most=TEXT_LENGTH, widget=forms.TextInput(attrs={"list": "events"})
    )
    release = Line(
        _("Until the event"), most=TEXT_LENGTH, widget=forms.TextInput(attrs={"list": "events"})
    )
    days = _number(_("Days more"), required=True, initial=0)

    def data_of(self) -> Data:
        """The rule in a document."""
        return {name: self.cleaned_data.get(name) for name in ("event", "release", "days")}


class Hours(forms.Form):
    """Hours of some weekdays."""

    days = forms.MultipleChoiceField(
        label=_("Weekdays"),
        choices=[(day, _(day[:3].title())) for day in WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one at least.")},
    )
    opens = Line(_("From"), most=5, help_text=_("Such as 08:00."))
    closes = Line(_("To"), most=5, help_text=_("Such as 11:00; 24:00 is midnight."))

    def data_of(self) -> Data:
        """The hours in a document."""
        given = self.cleaned_data
        return {
            "days": given.get("days", []),
            "from": _clock(given.get("opens", "")),
            "to": _clock(given.get("closes", "")),
        }


def _as_number(text: str) -> object:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _clock(text: str) -> str:
    """A time with two digits of hours: 8:00 is 08:00."""
    return text.zfill(5) if re.fullmatch(r"[0-9]:[0-9]{2}", text) else text
