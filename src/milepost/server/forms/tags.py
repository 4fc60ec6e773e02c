"""What is typed about a tag, and which answers it is put on or taken off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.server.forms.fields import shows_as_written
from milepost.server.models.tags import COLOURS, TAG_LENGTH, tidy

# So many answers are on one page of the feed.
_MOST_TICKED = 50
PUT, TAKE = "put", "take"
TICKED, ALL = "ticked", "all"


class TagField(forms.CharField):
    """A tag's name, tidied."""

    default_validators = [shows_as_written]

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Tag"), max_length=TAG_LENGTH, **options)

    def clean(self, value: Any) -> str:
        return tidy(str(super().clean(value)))


class Tagged(forms.Form):
    """A tag for one answer."""

    tag = TagField()


class TagForm(forms.Form):
    """A tag's name and colour."""

    name = TagField()
    colour = forms.TypedChoiceField(
        label=_("Colour"), coerce=int,
        choices=[(number, str(number + 1)) for number in range(COLOURS)],
    )  # fmt: skip


class Bulk(forms.Form):
    """A tag for many answers: the ticked ones, or all that the search finds."""

    add_tag = TagField()
    what = forms.ChoiceField(choices=[(PUT, PUT), (TAKE, TAKE)])
    of = forms.ChoiceField(choices=[(TICKED, TICKED), (ALL, ALL)])
    confirmed = forms.BooleanField(required=False)


def ticked(texts: list[str]) -> list[UUID]:
    """The keys of the answers that were ticked; what is no key is none."""
    found = []
    for text in texts[:_MOST_TICKED]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
