"""What is typed about a saved search, and how its page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.plan.model import Period
from milepost.server.forms.fields import shows_as_written
from milepost.server.models.trends import NAME_LENGTH

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

EVERY: tuple[tuple[Period, StrPromise], ...] = (
    ("week", _("Week")),
    ("month", _("Month")),
    ("quarter", _("Quarter")),
)


class TrendForm(forms.Form):
    """A saved search's name, and whether everybody sees it."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, validators=[shows_as_written])
    shared = forms.BooleanField(label=_("Show it to everybody"), required=False)


class Showing(forms.Form):
    """Which metric of a saved search is shown, and by which periods."""

    metric = forms.ChoiceField(label=_("Metric"), required=False)
    every = forms.ChoiceField(label=_("Every"), choices=EVERY, required=False)

    @property
    def period(self) -> Period:
        """The period that is asked for, a month where none is."""
        given = self.data.get("every")
        return next((each for each, _ in EVERY if each == given), "month")
