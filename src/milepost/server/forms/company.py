"""What an administrator sets for the whole company."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.documents import budget_as_data, parse_budget
from milepost.programs.surveys.locales import LOCALES
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.forms.fields import Address, Line
from milepost.server.models import Company
from milepost.server.models.company import BUDGET_DAYS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_COLOUR = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write a colour such as #1f5f8b."))
_MOST_DAYS = 3650
_TYPE = "type_"
# The columns of the row that this form sets as they are typed.
PLAIN = (
    "name", "time_zone", "locale", "accent", "sending",
    "sender_name", "sender_address", "reply_to", "alert_address", "postal_address",
)  # fmt: skip


@cache
def zones() -> list[tuple[str, str]]:
    """The time zones to choose from."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


def _languages() -> list[tuple[str, str]]:
    reader = Locale.parse(get_language() or "en", sep="-")
    return [(tag, Locale.parse(tag, sep="-").get_display_name(reader) or tag) for tag in LOCALES]


def _days(label: StrOrPromise, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=_MOST_DAYS, required=False, **options
    )


class Settings(forms.Form):
    """The company's row: who asks, in which name, and how often at most."""

    name = Line(_("Company name"), most=100)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Days and hours are this zone's where a person's is unknown."),
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=_languages,
        help_text=_("For people whose language is unknown."),
    )
    accent = forms.CharField(
        label=_("Accent colour"),
        max_length=7,
        validators=[_COLOUR],
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    sending = forms.BooleanField(
        label=_("Send messages to people"),
        required=False,
        help_text=_(
            "Off, nothing leaves for the people you ask; it waits. Mails to members still go."
        ),
    )
    sender_name = Line(_("Sender's name"), most=100, required=False)
    sender_address = Address(
        _("Sender's address"),
        required=False,
        autocomplete="off",
        help_text=_("Of a domain whose mail server you send by."),
    )
    reply_to = Address(
        _("Reply address"), required=False, autocomplete="off", help_text=_("Empty: the sender's.")
    )
    alert_address = Address(
        _("Alert address"),
        required=False,
        autocomplete="off",
        help_text=_("Hears of low scores where a touchpoint has no owner. Empty: every manager."),
    )
    postal_address = Line(
        _("Postal address"),
        most=300,
        required=False,
        help_text=_("Shown at the foot of mails; many countries ask for it."),
    )
    days = _days(
        _("Days between two askings of one person"),
        help_text=format_lazy(
            _("Over all programs and channels. Empty: {days}."), days=BUDGET_DAYS
        ),
    )
    account_askings = forms.IntegerField(
        label=_("Most askings of one account"), min_value=1, max_value=1_000_000, required=False
    )
    account_days = _days(_("In how many days"))

    def __init__(self, data: QueryDict | None, *, company: Company) -> None:
        super().__init__(data, initial=_initial(company))
        for kind in SURVEY_TYPES:
            self.fields[_TYPE + kind.name] = _days(_(kind.title))

    def by_type(self) -> Iterator[forms.BoundField]:
        """The fields of the budget by survey type."""
        return (self[_TYPE + kind.name] for kind in SURVEY_TYPES)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        askings, days = given.get("account_askings"), given.get("account_days")
        if (askings is None) != (days is None):
            self.add_error("account_days", _("An account's limit takes both numbers, or none."))
        return given

    def values(self) -> dict[str, object]:
        """The columns as they are to be: call it when the form is valid."""
        given = self.cleaned_data
        return {name: given[name] for name in PLAIN} | {"budget": budget_as_data(self._budget())}

    def _budget(self) -> Budget:
        given = self.cleaned_data
        types = {kind.name: given[_TYPE + kind.name] for kind in SURVEY_TYPES}
        askings = given["account_askings"]
        return Budget(
            days=given["days"] or BUDGET_DAYS,
            by_type={name: days for name, days in types.items() if days},
            account=AccountLimit(askings, given["account_days"]) if askings else None,
        )


def _initial(company: Company) -> dict[str, object]:
    budget = parse_budget(company.budget)
    account = budget.account
    return (
        {name: getattr(company, name) for name in PLAIN}
        | {_TYPE + name: days for name, days in budget.by_type.items()}
        | {
            "days": budget.days,
            "account_askings": account.askings if account else None,
            "account_days": account.days if account else None,
        }
    )
