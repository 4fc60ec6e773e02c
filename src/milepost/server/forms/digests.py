"""What makes a digest: its title, when it goes, and to whom."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.server.forms.fields import Line
from milepost.server.models import Member
from milepost.server.models.sharing import TITLE_LENGTH

EVERY = (("day", _("Every day")), ("week", _("Every week")), ("month", _("Every month")))
WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
HOURS = tuple((hour, f"{hour:02d}:00") for hour in range(24))


class DigestForm(forms.Form):
    """A digest as it is set up."""

    title = Line(_("What it is called"), most=TITLE_LENGTH)
    every = forms.ChoiceField(label=_("How often"), choices=EVERY, initial="week")
    weekday = forms.TypedChoiceField(
        label=_("On which day"), choices=WEEKDAYS, coerce=int, initial=0,
        help_text=_("Of a month the first such day. A daily one goes every day."),
    )  # fmt: skip
    hour = forms.TypedChoiceField(
        label=_("At what time"), choices=HOURS, coerce=int, initial=8,
        help_text=_("In the company’s time zone."),
    )  # fmt: skip
    recipients = forms.ModelMultipleChoiceField(
        label=_("Who gets it"), queryset=Member.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one colleague.")},
    )  # fmt: skip
    active = forms.BooleanField(label=_("It is sent"), required=False, initial=True)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["recipients"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Member.objects.filter(active=True).order_by("name", "email")
