"""Filters of lists: what stands in an address is checked like any input; what cannot be read filters nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from milepost.channels.catalogue import CHANNELS
from milepost.programs.surveys.locales import LOCALES
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.models import Program, Survey
from milepost.server.models.askings import STATES

_SEARCH = 200
Choices = list[tuple[str, str]]
CLASSES = tuple(dict.fromkeys(each.name for kind in SURVEY_TYPES for each in kind.classes))


def _date(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    # Days at the ends of the calendar have no midnight in every zone.
    bounds = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    return forms.DateField(label=label, required=False, widget=widget, validators=bounds)


def _choice(label: str, choices: Any, *, every: str = "All") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", every), *choices])


def _tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _names(words: Any) -> Choices:
    return [(word, str(word).capitalize()) for word in words]


class Filters(forms.Form):
    """Fields that narrow a list down."""

    q = forms.CharField(
        label="Search", max_length=_SEARCH, required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    program = _choice("Program", [])
    survey = _choice("Survey", [])
    first = _date("From")
    last = _date("To")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name, rows in (("program", Program.objects), ("survey", Survey.objects)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ChoiceField)
            named = rows.order_by("title", "pk").values_list("name", "title")
            choice.choices = [("", "All"), *named]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for and can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def query(self) -> str:
        """What was asked for as part of an address."""
        asked = QueryDict(mutable=True)
        for name, value in self.wanted.items():
            asked[name] = "on" if value is True else str(value)
        return asked.urlencode()


class InvitationFilters(Filters):
    """The list of invitations; `q` is a person."""

    state = _choice("State", [*_names(STATES), ("failed", "Sending failed")])
    channel = _choice("Channel", [(each.name, each.title) for each in CHANNELS])
    test = _tick("Tests only")


class ResponseFilters(Filters):
    """The feed of answers; `q` is text in what people wrote."""

    group = _choice("Class", _names(CLASSES))
    language = _choice("Language", [(each, each) for each in LOCALES])
    touchpoint = forms.CharField(label="Touchpoint", max_length=60, required=False)
    quarantined = _tick("Quarantined")
    call_me = _tick("Please call me")
    partial = _tick("Unfinished")
    low = _tick("Low")
    open = _tick("Not contacted")
