"""Which askings are looked at and by what they are grouped, as the address says; what cannot be read is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milepost.channels.catalogue import CHANNELS
from milepost.plan.calendar import Span
from milepost.server.forms.lens import SEGMENT, Lens, day
from milepost.server.templatetags.telling import amid, named

# Long enough for most answers to have come, short enough to be of now.
USUAL_DAYS = 90
# No course of a longer time is of use, and every month of it costs a comparison a row.
_LONGEST = timedelta(days=5 * 366)
_DAY = timedelta(days=1)
_COLUMNS = (("channel", _("Channel")), ("locale", _("Language")), ("touchpoint", _("Touchpoint")))
_NAMES = frozenset(name for name, _title in _COLUMNS)


class AskingPeriod(forms.Form):
    """First and last day, touchpoint, channel, and the column or attribute that people are grouped by.

    The names are the lens's, so that an address means the same here as on pages of numbers.
    """

    def __init__(
        self, data: QueryDict, *, today: date, touchpoints: Iterable[str], attributes: Iterable[str]
    ) -> None:
        last = day(data.get("to")) or today
        usual = {"from": f"{last - _back()}", "to": f"{today}", "by": "channel"}
        # What holds from page to page is what was asked for, not what is usual here.
        self._today, self._stated = today, frozenset(data)
        super().__init__({**usual, **data.dict()})
        known = [name for name in attributes if name not in _NAMES]
        # `from` is a name that a class cannot have.
        self.fields["from"], self.fields["to"] = _day(_("From")), _day(_("To"))
        self.fields["touchpoint"] = _choice(_("Touchpoint"), [(p, p) for p in touchpoints])
        self.fields["channel"] = _choice(
            _("Channel"), [(c.name, str(_(c.title))) for c in CHANNELS]
        )
        self.fields["by"] = forms.ChoiceField(
            label=_("Grouped by"), required=False,
            choices=[*_COLUMNS, *((name, named(name)) for name in known)],
        )  # fmt: skip
        self.segments = {
            name: value
            for key, value in data.items()
            if isinstance(value, str)
            and (name := key.removeprefix(SEGMENT)) != key
            and value
            and name in known
        }

    def clean(self) -> dict[str, Any]:
        """The days in order: a last one that is before the first is said, and not looked at."""
        data = self.cleaned_data
        if data.get("from") and data.get("to") and data["to"] < data["from"]:
            self.add_error(
                "to", forms.ValidationError(_("Earlier than the first day: choose one after it."))
            )
        return data

    @property
    def grouped(self) -> str:
        """The column or attribute to group by."""
        return self._given.get("by") or "channel"

    @property
    def grouped_amid(self) -> str:
        """The same within a sentence."""
        title = dict(_COLUMNS).get(self.grouped)
        return str(title).lower() if title else amid(self.grouped)

    @property
    def span(self) -> Span:
        """The days that are asked for, the latest where there are too many; never backwards."""
        given = self._given
        last = given.get("to") or self._today
        first = given.get("from") or last - _back()
        return Span(min(max(first, last - _LONGEST), last), last + _DAY, "all")

    @property
    def lens(self) -> Lens:
        """What other pages keep of it."""
        given = {name: value for name, value in self._given.items() if name in self._stated}
        last = given.get("to")
        return Lens(
            since=given.get("from"), until=last + _DAY if last else None,
            touchpoint=given.get("touchpoint") or None, channel=given.get("channel") or None,
            segments=self.segments,
        )  # fmt: skip

    @property
    def _given(self) -> Mapping[str, Any]:
        self.is_valid()
        return getattr(self, "cleaned_data", {})


def _back() -> timedelta:
    return (USUAL_DAYS - 1) * _DAY


def _day(label: Any) -> forms.DateField:
    # Days at the ends of the calendar have no midnight in every zone.
    bounds = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=bounds)


def _choice(label: Any, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])
