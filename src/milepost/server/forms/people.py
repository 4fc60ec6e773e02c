"""What is typed about a person, checked as a file's cells are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from milepost.channels.catalogue import CHANNELS
from milepost.server.forms.fields import Line
from milepost.server.importing import values
from milepost.server.importing.fields import CONSENTED
from milepost.server.importing.moments import moment
from milepost.server.importing.values import Unusable
from milepost.server.models import Person

_CONSENT = (("", _("Not said")), ("yes", _("Agreed")), ("no", _("Refused")))
_REACHING = [
    ("", _("No preference")),
    *((one.name, _(one.title)) for one in CHANNELS if one.address),
]


class PersonForm(forms.Form):
    """A person; attributes are lines of `name: value`. `region` is the country of bare phone numbers."""

    name = Line(_("Name"), most=200, required=False)
    email = Line(_("E-mail address"), most=300, required=False)
    phone = Line(
        _("Phone"),
        most=40,
        required=False,
        help_text=_("With its country code, such as +45 32 12 34 56."),
    )
    external_id = Line(
        _("Customer id"),
        most=100,
        required=False,
        help_text=_("What your own systems know them by."),
    )
    account = Line(
        _("Account"), most=100, required=False, help_text=_("The company they belong to.")
    )
    locale = Line(_("Language"), most=40, required=False, help_text=_("Such as en, da or pt-BR."))
    time_zone = Line(
        _("Time zone"), most=64, required=False, help_text=_("Such as Europe/Copenhagen.")
    )
    joined_at = Line(
        _("Customer since"), most=40, required=False, help_text=_("A day, such as 2026-05-31.")
    )
    preferred_channel = forms.ChoiceField(
        label=_("Preferred channel"), choices=_REACHING, required=False
    )
    attributes = forms.CharField(
        label=_("Attributes"),
        required=False,
        max_length=values.ATTRIBUTES * (values.ATTRIBUTE_NAME + values.ATTRIBUTE_VALUE + 3),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=format_lazy(
            _("One a line: country: DK. At most {most}."), most=values.ATTRIBUTES
        ),
    )

    def __init__(self, *args: Any, region: str | None, time_zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._region, self._zone = region, time_zone
        for channel in CONSENTED:
            self.fields[f"consent_{channel}"] = forms.ChoiceField(
                label=format_lazy(_("Consent to {channel}"), channel=_(channel)),
                choices=_CONSENT,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """The person's columns. A person must have an address or an id."""
        given = super().clean() or {}
        checks: dict[str, Callable[[str], object]] = {
            "email": values.email,
            "phone": lambda text: values.phone(text, self._region),
            "locale": values.locale,
            "time_zone": values.zone,
            "joined_at": lambda text: moment(text, self._zone),
            "attributes": _attributes,
        }
        for name, check in checks.items():
            text = given.get(name)
            if text:
                given[name] = self._checked(name, check, text)
        if not self.errors and not any(
            given.get(name) for name in ("email", "phone", "external_id")
        ):
            raise ValidationError(_("Give an e-mail address, a phone number or a customer id."))
        return given

    @property
    def columns(self) -> dict[str, Any]:
        """What was typed, as a person's columns."""
        given = self.cleaned_data
        # Of consent nothing said is no key at all.
        said = {channel: given[f"consent_{channel}"] for channel in CONSENTED}
        none = {
            name: given[name] or None for name in ("external_id", "email", "phone", "joined_at")
        }
        plain = {
            name: given[name]
            for name in ("name", "account", "locale", "time_zone", "preferred_channel")
        }
        return {
            **none,
            **plain,
            "attributes": given["attributes"] or {},
            "consent": {channel: word == "yes" for channel, word in said.items() if word},
        }

    def _checked(self, name: str, check: Callable[[str], object], text: str) -> object:
        try:
            return check(text)
        except Unusable as wrong:
            reason = str(wrong)
            self.add_error(name, f"{reason[:1].upper()}{reason[1:]}.")
            return None


class ReasonForm(forms.Form):
    """Why somebody is no longer asked, or asked again."""

    reason = Line(_("Reason"), most=200)


def initial_of(person: Person) -> dict[str, Any]:
    """A person as the form shows them."""
    shown: dict[str, Any] = {
        name: getattr(person, name) or ""
        for name in (
            "name",
            "email",
            "phone",
            "external_id",
            "account",
            "locale",
            "time_zone",
            "preferred_channel",
        )
    }
    shown["joined_at"] = person.joined_at.isoformat() if person.joined_at else ""
    shown["attributes"] = "\n".join(f"{name}: {value}" for name, value in person.attributes.items())
    for channel in CONSENTED:
        said = person.consent.get(channel)
        shown[f"consent_{channel}"] = "" if said is None else "yes" if said else "no"
    return shown


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.partition(":")
        if not colon:
            raise Unusable("each line is a name, a colon and a value")
        found[name] = value
    return values.attributes(found)
