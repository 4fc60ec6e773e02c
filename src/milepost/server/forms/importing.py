"""What is chosen on the way of a file to the tables: the file itself, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from milepost.errors import DataError
from milepost.server.forms.fields import Line
from milepost.server.importing import values
from milepost.server.importing.fields import ATTRIBUTE, FIELDS, IGNORE, Kind, Ways
from milepost.server.importing.files import suffix_of
from milepost.server.importing.mapping import Mapping, check
from milepost.server.importing.values import Unusable

_KINDS = (("people", _("People")), ("events", _("Events: what happened to people")))
_ORDERS = (("dmy", _("day first: 31/12/2026")), ("mdy", _("month first: 12/31/2026")))


class Upload(forms.Form):
    """A file of people or of events."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=_KINDS, initial="people")
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, with column names in the first row."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """The file, if its name ends as one that is read."""
        file = self.cleaned_data["file"]
        try:
            suffix_of(file.name)
        except DataError as wrong:
            raise ValidationError(str(wrong)) from None
        return file


class MappingForm(forms.Form):
    """What each column is; columns are fields by their place, whatever they are called."""

    region = Line(_("Country of phone numbers"), most=2, required=False,
                  help_text=_("Two letters, such as DK, for numbers without a country code."))  # fmt: skip
    order = forms.ChoiceField(label=_("Dates are written"), choices=_ORDERS)
    test = forms.BooleanField(
        label=_("These are test people"), required=False, help_text=_("New ones are never counted.")
    )
    event = Line(_("Event"), most=60, required=False,
                 help_text=_("The event's name, where no column holds it: delivered."))  # fmt: skip
    create = forms.BooleanField(
        label=_("Add people who are not known"), required=False,
        help_text=_("If the row has an e-mail address or a phone number."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: Kind, names: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._kind, self._names = kind, names
        choices = [
            (ATTRIBUTE, _("Attribute")),
            (IGNORE, _("Leave out")),
            *((field.name, _(field.title)) for field in FIELDS[kind]),
        ]
        for place, name in enumerate(names):
            self.fields[f"column_{place}"] = forms.ChoiceField(label=name, choices=choices)
        if kind == "people":
            del self.fields["event"], self.fields["create"]

    @property
    def columns(self) -> list[BoundField]:
        """The choices of the columns, in the order of the file."""
        return [self[f"column_{place}"] for place in range(len(self._names))]

    @property
    def rest(self) -> list[BoundField]:
        """All other choices."""
        return [field for field in self if not field.name.startswith("column_")]

    def clean_region(self) -> str:
        """The country, if there is such a one."""
        given = str(self.cleaned_data["region"])
        try:
            return values.region(given) if given else ""
        except Unusable as wrong:
            raise ValidationError(f"{wrong}.") from None

    def mapping(self, *, time_zone: str) -> Mapping:
        """The mapping that was chosen. Raises DataError where it fits nobody."""
        given = self.cleaned_data
        columns = {name: given[f"column_{place}"] for place, name in enumerate(self._names)}
        found = Mapping(
            kind=self._kind,
            columns=columns,
            ways=Ways(region=given["region"] or None, time_zone=time_zone, order=given["order"]),
            test=given["test"],
            event=given.get("event", ""),
            create=given.get("create", False),
        )
        check(found, self._names)
        return found


def initial_of(mapping: Mapping, names: Sequence[str]) -> dict[str, Any]:
    """A mapping as the form shows it."""
    chosen = {
        f"column_{place}": mapping.columns.get(name, IGNORE) for place, name in enumerate(names)
    }
    return {
        **chosen,
        "region": mapping.ways.region or "",
        "order": mapping.ways.order,
        "test": mapping.test,
        "event": mapping.event,
        "create": mapping.create,
    }
