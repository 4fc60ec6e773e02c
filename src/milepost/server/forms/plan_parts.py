"""The forms of the plan's smaller parts: company, journeys, touchpoints to come, initiatives and notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Any, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milepost.insight.trial import Offer
from milepost.plan.editing import parts
from milepost.plan.editing.touchpoints import add_touchpoint, set_target
from milepost.plan.model import Initiative, Journey, Note, Period, Plan
from milepost.server.forms.company import zones
from milepost.server.forms.fields import Line
from milepost.server.forms.plan_touchpoint import shown
from milepost.server.titles import titled

_NAME = RegexValidator(
    r"\A[A-Za-z][A-Za-z0-9_]*\Z",
    _("Letters, digits and _ only; a letter first: such as delivery_1."),
)
_NOTE = 300
_PERIODS = {
    "day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"),
    "year": _("Year"), "all": _("All time"),
}  # fmt: skip


def name_of(title: str, taken: Collection[str], *, instead: str) -> str:
    """A name that no other bears, made of a title: letters of other scripts give none.

    >>> name_of("Größe & Maß", ["grosse_mass"], instead="touchpoint")
    'grosse_mass_2'
    """
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss"))
    found = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode().lower()).strip("_")
    wanted = found if found[:1].isalpha() else instead
    numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def metric_choices(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """The metrics by title, with none first."""
    return [("", "–"), *((offer.metric, titled(offer.title)) for offer in offers)]


class JourneyForm(forms.Form):
    """A journey: its title and its goal."""

    title = Line(_("Title"), most=100)
    goal_metric = forms.ChoiceField(
        label=_("Goal"), required=False,
        help_text=_("The journey's own success, such as a share of orders that arrive in time."),
    )  # fmt: skip
    goal_touchpoint = forms.ChoiceField(label=_("Goal at"), required=False)

    def __init__(
        self, data: QueryDict | None, *, journey: Journey, offers: Sequence[Offer]
    ) -> None:
        goal = journey.goal
        super().__init__(
            data,
            initial={
                "title": journey.title or journey.name,
                "goal_metric": goal.metric if goal else "",
                "goal_touchpoint": (goal.touchpoint or "") if goal else "",
            },
        )
        self._journey = journey
        known = metric_choices(offers)
        if goal and goal.metric not in dict(known):
            known.append((goal.metric, goal.metric))
        points = [(each.name, each.title or each.name) for each in journey.touchpoints]
        self.fields["goal_metric"].choices = known  # type: ignore[attr-defined]
        self.fields["goal_touchpoint"].choices = [("", _("The company as a whole")), *points]  # type: ignore[attr-defined]

    def edited(self, text: str) -> str:
        """The plan's text with what was changed. Raises MilepostError."""
        name, given, goal = self._journey.name, self.cleaned_data, self._journey.goal
        if given["title"] != (self._journey.title or name):
            text = parts.set_journey(text, name, given["title"])
        metric, point = given["goal_metric"] or None, given["goal_touchpoint"] or None
        if (metric, point if metric else None) != (
            (goal.metric, goal.touchpoint) if goal else (None, None)
        ):
            text = parts.set_goal(text, name, metric, point)
        return text


class NewForm(forms.Form):
    """A journey, or a touchpoint of one, that is still to come."""

    title = Line(_("Title"), most=100)
    name = Line(
        _("Name"), most=60, required=False, validators=[_NAME],
        help_text=_("As data and surveys call it; empty: made of the title. It cannot be changed later."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, taken: Collection[str], instead: str) -> None:
        super().__init__(data)
        self._taken, self._instead = taken, instead

    def clean_name(self) -> str:
        """The name, or one made of the title."""
        given = str(self.cleaned_data["name"])
        if given in self._taken:
            raise ValidationError(_("This name is taken; choose another."))
        title = str(self.cleaned_data.get("title", ""))
        return given or name_of(title, self._taken, instead=self._instead)

    def touchpoint_added(self, text: str, journey: str) -> str:
        """The plan's text with the touchpoint at the journey's end. Raises MilepostError."""
        return add_touchpoint(text, journey, self.cleaned_data["name"], self.cleaned_data["title"])

    def journey_added(self, text: str) -> str:
        """The plan's text with the journey. Raises MilepostError."""
        return parts.add_journey(text, self.cleaned_data["name"], self.cleaned_data["title"])


class InitiativeForm(forms.Form):
    """Something that the company does about a score: a new one, or `initiative` as the page was opened with."""

    name = Line(_("Name"), most=60, validators=[_NAME], help_text=_("Such as new_signs."))
    started = forms.DateField(
        label=_("Started on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cost = forms.FloatField(
        label=_("Cost"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    metric = forms.ChoiceField(label=_("Meant to move"), required=False)
    touchpoint = forms.ChoiceField(label=_("At"), required=False)

    def __init__(
        self, data: QueryDict | None, *, plan: Plan, offers: Sequence[Offer],
        initiative: Initiative | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=_initiative_initial(initiative))
        self._initiative = initiative
        if initiative:
            del self.fields["name"]
        known = metric_choices(offers)
        aim = initiative.aims_at if initiative else None
        if aim and aim.metric not in dict(known):
            known.append((aim.metric, aim.metric))
        points = [(each.name, each.title or each.name) for each in plan.touchpoints]
        self.fields["metric"].choices = known  # type: ignore[attr-defined]
        self.fields["touchpoint"].choices = [("", _("The company as a whole")), *points]  # type: ignore[attr-defined]

    def edited(self, text: str) -> str:
        """The plan's text with the initiative, or with what was changed of it. Raises MilepostError."""
        return self._changed(text, self._initiative) if self._initiative else self._added(text)

    def _changed(self, text: str, was: Initiative) -> str:
        given, aim = self.cleaned_data, was.aims_at
        if given["started"] != was.started:
            text = parts.set_initiative(text, was.name, "started", given["started"])
        if given["cost"] != was.cost:
            text = parts.set_initiative(text, was.name, "cost", given["cost"])
        metric = given["metric"] or None
        point = (given["touchpoint"] or None) if metric else None
        if (metric, point) != ((aim.metric, aim.touchpoint) if aim else (None, None)):
            text = parts.set_aim(text, was.name, metric, point)
        return text

    def _added(self, text: str) -> str:
        given = self.cleaned_data
        return parts.add_initiative(
            text, given["name"], given["started"], cost=given["cost"],
            metric=given["metric"] or None, touchpoint=given["touchpoint"] or None,
        )  # fmt: skip


def _initiative_initial(initiative: Initiative | None) -> dict[str, Any]:
    if initiative is None:
        return {}
    aim = initiative.aims_at
    return {
        "started": initiative.started, "cost": shown(initiative.cost),
        "metric": aim.metric if aim else "", "touchpoint": (aim.touchpoint or "") if aim else "",
    }  # fmt: skip


class NoteForm(forms.Form):
    """What a reader of a trend should know about a day: a new note, or `note` as the page was opened with."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = Line(_("Note"), most=_NOTE, help_text=_("Such as: strike of the ground staff."))

    def __init__(self, data: QueryDict | None, *, note: Note | None = None) -> None:
        # A note of several lines, which only an editor writes, is edited as one.
        was = " ".join(note.text.split()) if note else ""
        super().__init__(data, initial={"day": note.day, "text": was} if note else {})
        self._note = note
        if len(was) > _NOTE:
            self.fields["text"] = Line(_("Note"), most=len(was))

    def edited(self, text: str) -> str:
        """The plan's text with the note, or with what was changed of it. Raises MilepostError."""
        day, note = self.cleaned_data["day"], self.cleaned_data["text"]
        if self._note is None:
            return parts.add_note(text, day, note)
        return parts.set_note(text, (self._note.day, self._note.text), day, note)


class CompanyForm(forms.Form):
    """The company's name, calendar and headline, and the targets of its own signals."""

    name = Line(_("Company"), most=100)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    currency = Line(_("Currency"), most=3, required=False, help_text=_("Three letters: EUR."))
    every = forms.ChoiceField(label=_("Period of the scorecard"))
    headline = forms.ChoiceField(label=_("Headline signal"), required=False)

    def __init__(self, data: QueryDict | None, *, plan: Plan, offers: Sequence[Offer]) -> None:
        super().__init__(data, initial=_company_initial(plan))
        self._plan = plan
        self._metrics = [offer for offer in offers if not offer.pointed]
        self.fields["every"].choices = [(each, _PERIODS[each]) for each in get_args(Period)]  # type: ignore[attr-defined]
        named = plan.headline.metric if plan.headline else ""
        known = metric_choices(self._metrics)
        known += [(named, named)] * (named not in dict(known))
        self.fields["headline"].choices = known  # type: ignore[attr-defined]
        titles = {offer.metric: titled(offer.title) for offer in self._metrics}
        for metric in dict.fromkeys([*plan.targets, *titles]):
            self.fields[f"target_{metric}"] = forms.FloatField(
                label=titles.get(metric, metric), required=False, initial=shown(plan.targets.get(metric)),
                widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip

    def stated(self) -> Iterator[forms.BoundField]:
        """The targets that are set, or were typed."""
        return (
            field for field in self._targets() if field.value() not in (None, "") or field.errors
        )

    def others(self) -> Iterator[forms.BoundField]:
        """The metrics that have no target."""
        return (
            field for field in self._targets() if field.value() in (None, "") and not field.errors
        )

    def edited(self, text: str) -> str:
        """The plan's text with what was changed. Raises MilepostError."""
        given, was = self.cleaned_data, _company_initial(self._plan)
        fields: tuple[parts.OfCompany, ...] = ("name", "timezone", "currency")
        for field in fields:
            if (given[field] or None) != (was[field] or None):
                text = parts.set_company(text, field, given[field] or None)
        wholes: tuple[parts.Whole, ...] = ("every", "headline")
        for whole in wholes:
            if (given[whole] or None) != (was[whole] or None):
                text = parts.set_whole(text, whole, given[whole] or None)
        for bound in self._targets():
            metric = bound.name.removeprefix("target_")
            if given[bound.name] != self._plan.targets.get(metric):
                text = set_target(text, None, metric, given[bound.name])
        return text

    def _targets(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name.startswith("target_"))


def _company_initial(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.company.name, "timezone": plan.company.timezone,
        "currency": plan.company.currency or "", "every": plan.every,
        "headline": plan.headline.metric if plan.headline else "",
    }  # fmt: skip
