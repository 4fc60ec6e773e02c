"""Filters of lists: what stands in an address is checked like any input; what cannot be read filters nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from milepost.channels.catalogue import CHANNELS
from milepost.programs.surveys.locales import LOCALES
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.forms.lens import SEGMENT, Lens
from milepost.server.models import Program, Survey, Tag
from milepost.server.models.askings import STATES
from milepost.server.models.tags import TAG_LENGTH

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

_SEARCH = 200
_NAME = 60
# So many segments of an address are looked at.
_MOST_SEGMENTS = 10
# The fields of the feed that are seen at once.
_FIRST = ("q", "first", "last", "survey", "group", "tag")
Choices: TypeAlias = "Sequence[tuple[str, str | Words]]"
CLASSES = tuple(dict.fromkeys(each.name for kind in SURVEY_TYPES for each in kind.classes))


def _date(label: Words) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    # Days at the ends of the calendar have no midnight in every zone.
    bounds = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    return forms.DateField(label=label, required=False, widget=widget, validators=bounds)


def _choice(label: Words, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])


def _tick(label: Words) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _names(words: Any) -> Choices:
    return [(word, capfirst(_(word))) for word in words]


class Filters(forms.Form):
    """Fields that narrow a list down."""

    q = forms.CharField(
        label=_("Search"), max_length=_SEARCH, required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    program = _choice(_("Program"), [])
    survey = _choice(_("Survey"), [])
    first = _date(_("From"))
    last = _date(_("To"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name, rows in (("program", Program.objects), ("survey", Survey.objects)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ChoiceField)
            named = rows.order_by("title", "pk").values_list("name", "title")
            choice.choices = [("", _("All")), *named]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for and can be read."""
        self.is_valid()
        told = self.cleaned_data.items()
        return {name: value for name, value in told if value or _is_zero(value)}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was asked for, as fields of a form or an address."""
        return [
            (name, "on" if value is True else str(value)) for name, value in self.wanted.items()
        ]

    def query(self) -> str:
        """What was asked for as part of an address."""
        asked = QueryDict(mutable=True)
        for name, value in self.pairs:
            asked[name] = value
        return asked.urlencode()

    def without(self, name: str) -> str:
        """What was asked for but one filter, as part of an address."""
        asked = QueryDict(self.query(), mutable=True)
        asked.pop(name, None)
        return asked.urlencode()


def _is_zero(value: object) -> bool:
    return value == 0 and not isinstance(value, bool)


class InvitationFilters(Filters):
    """The list of invitations; `q` is a person."""

    state = _choice(_("State"), [*_names(STATES), ("failed", _("Sending failed"))])
    channel = _choice(_("Channel"), [(each.name, _(each.title)) for each in CHANNELS])
    test = _tick(_("Tests only"))


def _days_alike(data: QueryDict) -> QueryDict:
    """An address with the days of a page of numbers, `from` and `to`, under the names they have here."""
    found = data.copy()
    for theirs, ours in (("from", "first"), ("to", "last")):
        if ours not in found and theirs in found:
            found[ours] = str(found[theirs])
    return found


def _score(label: Words) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100, required=False)


def _hidden(field: forms.Field) -> forms.Field:
    """A filter that no field shows: it comes with a link, and goes with one."""
    field.required, field.widget = False, forms.HiddenInput()
    return field


class ResponseFilters(Filters):
    """The feed of answers; `q` is text in what people wrote.

    Whoever comes from a number brings its place: `first`, `last`, `touchpoint`, `channel`,
    `question`, `group` and any `segment.<name>`.
    """

    group = _choice(_("Class"), _names(CLASSES))
    tag = _choice(_("Tag"), [])
    least = _score(_("Score from"))
    most = _score(_("Score to"))
    language = _choice(_("Language"), [(each, each) for each in LOCALES])
    touchpoint = forms.CharField(label=_("Touchpoint"), max_length=_NAME, required=False)
    channel = _choice(_("Channel"), [])
    account = forms.CharField(label=_("Account"), max_length=100, required=False)
    question = _hidden(forms.CharField(label=_("Question"), max_length=_SEARCH))
    person = _hidden(forms.UUIDField(label=_("Person")))
    quarantined = _tick(_("Quarantined"))
    call_me = _tick(_("Please call me"))
    partial = _tick(_("Unfinished"))
    low = _tick(_("Low"))
    open = _tick(_("Not contacted"))

    def __init__(self, data: QueryDict) -> None:
        data = _days_alike(data)
        super().__init__(data)
        tags = [(name, name) for name in Tag.objects.values_list("name", flat=True)]
        self._offer("tag", tags, data.get("tag", "")[:TAG_LENGTH])
        channels = [(each.name, _(each.title)) for each in CHANNELS]
        self._offer("channel", channels, data.get("channel", "")[:16])
        named = [name for name in data if name.startswith(SEGMENT) and name != SEGMENT]
        for name in named[:_MOST_SEGMENTS]:
            self.fields[name] = _hidden(forms.CharField(max_length=_SEARCH))

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields that are asked for most."""
        return [self[name] for name in _FIRST]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """The others, but for those that are ticked."""
        return [
            field for field in self.visible_fields()
            if field.name not in _FIRST and not isinstance(field.field, forms.BooleanField)
        ]  # fmt: skip

    @property
    def ticks(self) -> list[forms.BoundField]:
        """What is ticked."""
        return [
            field for field in self.visible_fields() if isinstance(field.field, forms.BooleanField)
        ]

    @property
    def more_asked(self) -> bool:
        """Whether any of the others is asked for, so that they have to be seen."""
        return bool(self.wanted.keys() - {*_FIRST, *dict(self.unseen)})

    @property
    def unseen(self) -> list[tuple[str, str]]:
        """What is asked for and has no field of its own."""
        return [(name, text) for name, text in self.pairs if self[name].is_hidden]

    @property
    def chips(self) -> list[tuple[str, str, str, str]]:
        """The same with its words, each with the address of the search without it."""
        return [(name, self._words(name), text, self.without(name)) for name, text in self.unseen]

    def _words(self, name: str) -> str:
        return str(self.fields[name].label or name.removeprefix(SEGMENT))

    @property
    def lens(self) -> Lens:
        """What of it pages of numbers go by, too."""
        wanted = self.wanted
        last = wanted.get("last")
        return Lens(
            since=wanted.get("first"), until=last + timedelta(days=1) if last else None,
            touchpoint=wanted.get("touchpoint"), channel=wanted.get("channel"),
            segments=self.segments,
        )  # fmt: skip

    @property
    def segments(self) -> dict[str, str]:
        """The values of attributes that are asked for."""
        named = self.wanted.items()
        return {n.removeprefix(SEGMENT): text for n, text in named if n.startswith(SEGMENT)}

    def _offer(self, field: str, choices: Choices, asked: str) -> None:
        """The choices there are, with what is asked for though nothing bears it: it finds nothing."""
        choice = self.fields[field]
        assert isinstance(choice, forms.ChoiceField)
        more = [(asked, asked)] if asked and asked not in dict(choices) else []
        choice.choices = [("", _("All")), *choices, *more]
