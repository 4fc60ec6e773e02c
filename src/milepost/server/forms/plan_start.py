"""The steps towards a first plan: sources, what a file does not say, the journey, and its signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from milepost.insight.trial import Choosing, Offer
from milepost.plan.model import KINDS
from milepost.server.forms.company import zones
from milepost.server.forms.fields import Line
from milepost.server.forms.plan_parts import _NAME, name_of
from milepost.server.forms.plan_touchpoint import KIND_WORDS
from milepost.server.titles import titled

# So many rows a page shows.
MOST_POINTS = 100
_SPARE = 4
_CURRENCY = RegexValidator(r"\A[A-Z]{3}\Z", _("Three capital letters, such as EUR."))


class SourcesForm(forms.Form):
    """Whose plan it is, and whether what is asked here is measured."""

    name = Line(_("Company"), most=100)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Days and periods are counted in it.")
    )
    currency = Line(
        _("Currency"),
        most=3,
        required=False,
        validators=[_CURRENCY],
        help_text=_("Three letters: EUR."),
    )
    server = forms.BooleanField(
        label=_("Answers, invitations and people collected here"), required=False
    )


class FileForm(forms.Form):
    """A data file."""

    file = forms.FileField(
        label=_("Data file"), help_text=_("CSV, XLSX, Parquet or JSON lines, with column names in the first row; CSV may be packed with gzip."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.gz,.xlsx,.parquet"}),
    )  # fmt: skip


class ChoosingForm(forms.Form):
    """What a file does not say for certain; what is left open stays a comment of the plan."""

    def __init__(
        self, data: QueryDict | None, *, choosing: Sequence[Choosing], said: Mapping[str, str]
    ) -> None:
        super().__init__(data)
        self._choosing = choosing
        for number, each in enumerate(choosing):
            self.fields[f"choice_{number}"] = forms.ChoiceField(
                label=each.text, required=False, initial=said.get(each.key, ""),
                choices=[*each.choices, ("", now_("Leave it open"))], widget=forms.RadioSelect,
            )  # fmt: skip

    def said(self) -> dict[str, str]:
        """The choices that were made, by key."""
        given = (
            (each.key, self.cleaned_data[f"choice_{n}"]) for n, each in enumerate(self._choosing)
        )
        return {key: choice for key, choice in given if choice}


class JourneyStep(forms.Form):
    """The journey and its touchpoints, one a row in the order in which they are passed."""

    title = Line(_("The journey"), most=100, help_text=_("Such as: Buying something."))

    def __init__(
        self, data: QueryDict | None, *, title: str, points: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data, initial={"title": title})
        self._count = min(len(points) + _SPARE, MOST_POINTS)
        self.left_out = max(len(points) - MOST_POINTS, 0)
        if data:
            self._count = min(sum(key.startswith("point_") for key in data), MOST_POINTS)
        rows = [*points, *[("", "")] * self._count][: self._count]
        for number, (name, shown) in enumerate(rows):
            self.fields[f"point_{number}"] = Line(
                now_("Touchpoint"), most=100, required=False, initial=shown
            )
            self.fields[f"name_{number}"] = Line(
                now_("Name in the data"), most=60, required=False, initial=name, validators=[_NAME]
            )

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Title and name of each touchpoint."""
        return ((self[f"point_{n}"], self[f"name_{n}"]) for n in range(self._count))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for number in range(self._count):
            name = given.get(f"name_{number}") or ""
            if not given.get(f"point_{number}"):
                continue  # an empty title leaves the row out
            if name and name in seen:
                self.add_error(f"name_{number}", now_("This name is taken; choose another."))
            seen.add(name)
        if not any(given.get(f"point_{number}") for number in range(self._count)):
            self.add_error("point_0", now_("Name one touchpoint at least."))
        return given

    def points(self) -> list[tuple[str, str]]:
        """Names and titles."""
        found: dict[str, str] = {}
        named = {self.cleaned_data[f"name_{n}"] for n in range(self._count)}
        for number in range(self._count):
            if title := self.cleaned_data[f"point_{number}"]:
                name = self.cleaned_data[f"name_{number}"] or name_of(
                    title, {*found, *named}, instead="touchpoint"
                )
                found[name] = title
        return list(found.items())


class SignalsStep(forms.Form):
    """The signals of each touchpoint."""

    def __init__(
        self, data: QueryDict | None, *, points: Sequence[tuple[str, str]],
        offers: Sequence[Offer], chosen: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self._points = points
        for name, _title in points:
            here = [offer for offer in offers if offer.leading and offer.asked_at(name)]
            for kind in KINDS:
                self.fields[f"{kind}_{name}"] = forms.MultipleChoiceField(
                    label=KIND_WORDS[kind], required=False, widget=forms.CheckboxSelectMultiple,
                    choices=[(o.metric, titled(o.title)) for o in here if o.kind == kind],
                    initial=list(chosen.get(name, ())),
                )  # fmt: skip

    def blocks(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Each touchpoint's title with its kinds of signal."""
        for name, title in self._points:
            yield title, [self[f"{kind}_{name}"] for kind in KINDS]

    def chosen(self) -> dict[str, dict[str, list[str]]]:
        """The metrics by touchpoint and kind."""
        return {
            name: {kind: self.cleaned_data[f"{kind}_{name}"] for kind in KINDS}
            for name, _title in self._points
        }
