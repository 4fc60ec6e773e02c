"""What is typed about a survey beside its document: its title and type, a file, a note on a change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.programs.surveys.survey import LONGEST_TITLE
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.forms.fields import Line
from milepost.server.forms.survey_files import LARGEST

_LONGEST_NOTE = 200


class Beginning(forms.Form):
    """A new survey: a ready type and a title."""

    type = forms.ChoiceField(
        label=_("Type"),
        choices=[(kind.name, _(kind.title)) for kind in SURVEY_TYPES],
        error_messages={"required": _("Choose what to ask.")},
    )
    title = Line(
        _("Title"),
        most=LONGEST_TITLE,
        help_text=_("For you and your colleagues; respondents do not see it."),
        error_messages={"required": _("Give it a title, such as After delivery.")},
    )


class Upload(forms.Form):
    """A survey's file."""

    file = forms.FileField(label=_("Survey file (JSON)"), max_length=255)
    replace = forms.BooleanField(
        label=_("Replace the draft of the survey that has this name"), required=False
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than a megabyte; a survey is not."))
        return given


class Noting(forms.Form):
    """A change of wording, in the words of whoever made it."""

    marked = forms.BooleanField(label=_("Mark the change in the trend"), required=False)
    note = Line(
        _("What changed, and why"),
        most=_LONGEST_NOTE,
        required=False,
        help_text=_(
            "Shown beside the mark, such as: asks about the delivery, no longer about the shop."
        ),
    )
