"""The form of a touchpoint: what it is, whose, its signals with their targets, and what is not wanted there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from milepost.insight.trial import Offer
from milepost.plan.editing import touchpoints as verbs
from milepost.plan.model import KINDS, Kind, Signal, Touchpoint
from milepost.server.forms.fields import Line
from milepost.server.forms.plan_signals import Choice, choices_of

FIELDS: tuple[verbs.Field, ...] = ("title", "owner", "needs", "tools", "headline", "review_by")
KIND_WORDS = {
    "interaction": _("Interaction: what happened"),
    "perception": _("Perception: how it felt"),
    "outcome": _("Outcome: what came of it"),
}
_NUMBER = forms.NumberInput(attrs={"step": "any"})
_DAYS = RegexValidator(r"\A[1-9][0-9]{0,3}\Z", _("Write a number of days such as 90."))


@dataclass(frozen=True, slots=True)
class Row:
    """One signal as the page shows it, with its target and, where one may be stated, its time."""

    choice: Choice
    chosen: bool
    target: forms.BoundField | None
    within: forms.BoundField | None


@dataclass(frozen=True, slots=True)
class Block:
    """The signals of one kind: those stated, those offered, and why none is wanted."""

    kind: Kind
    words: str
    name: str
    stated: tuple[Row, ...]
    offered: tuple[Row, ...]
    not_wanted: forms.BoundField


def shown(target: float | None) -> str:
    """A target as a field shows it: 85, not 85.0."""
    return "" if target is None else f"{target:.15g}"


class TouchpointForm(forms.Form):
    """A touchpoint. `point` is what the page was opened with: only what differs from it is changed."""

    title = Line(_("Title"), most=100, required=False)
    owner = Line(
        _("Owner"), most=200, required=False,
        help_text=_("An e-mail address hears of low scores here; else a name or a team."),
    )  # fmt: skip
    needs = Line(
        _("What customers need here"), most=500, required=False,
        help_text=_("In their words: get through in time, keep belongings safe."),
    )  # fmt: skip
    tools = Line(_("Tools that measure it"), most=300, required=False)
    review_by = forms.DateField(
        label=_("Review by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("When somebody looks again whether these signals are still the right ones."),
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None, *, point: Touchpoint, offers: Sequence[Offer]
    ) -> None:
        initial: dict[str, Any] = {field: getattr(point, field) for field in FIELDS}
        super().__init__(data, initial=initial)
        self._point, self._choices = point, choices_of(point, offers)
        for kind in KINDS:
            self._add_kind(kind, point)
        for metric in self._metrics():
            self.fields[f"target_{metric}"] = forms.FloatField(
                label=_("Target"),
                required=False,
                widget=_NUMBER,
                initial=shown(point.targets.get(metric)),
            )
        names = dict.fromkeys([*self._metrics(), *([point.headline] if point.headline else [])])
        titles = {each.signal.metric: each.title for each in reversed(self._here())}
        self.fields["headline"] = forms.ChoiceField(
            label=_("Headline signal"), required=False,
            choices=[("", _("The first perception")), *((n, titles.get(n, n)) for n in names)],
            help_text=_("Shown large; the others are quieter. It has to be one of the signals below."),
        )  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """The signals by kind."""
        for kind in KINDS:
            rows = [self._row(each) for each in self._choices if each.kind == kind]
            yield Block(
                kind, str(KIND_WORDS[kind]), f"signals_{kind}",
                tuple(row for row in rows if row.choice.stated or row.chosen),
                tuple(row for row in rows if not (row.choice.stated or row.chosen)),
                self[f"not_wanted_{kind}"],
            )  # fmt: skip

    def edited(self, text: str) -> str:
        """The plan's text with what was changed in a valid form. Raises MilepostError."""
        name, given = self._point.name, self.cleaned_data
        for field in FIELDS:
            value = cast("str | date | None", given[field] or None)
            if value != getattr(self._point, field):
                text = verbs.set_field(text, name, field, value)
        for kind in KINDS:
            text = self._signals_edited(text, kind)
        for metric in self._metrics():
            target = given[f"target_{metric}"]
            if target != self._point.targets.get(metric):
                text = verbs.set_target(text, name, metric, target)
        return text

    def _signals_edited(self, text: str, kind: Kind) -> str:
        name, reason = self._point.name, self.cleaned_data[f"not_wanted_{kind}"] or None
        chosen = self._chosen(kind)
        for signal in getattr(self._point, kind):
            if signal not in chosen:
                text = verbs.remove_signal(text, name, kind, signal)
        for signal in chosen:
            if signal not in getattr(self._point, kind):
                text = verbs.add_signal(text, name, kind, signal)
        if reason != self._point.not_wanted.get(kind):
            text = verbs.set_not_wanted(text, name, kind, reason)
        return text

    def _chosen(self, kind: Kind) -> list[Signal]:
        """The signals that were ticked, in the order of the page, with the times given beside them."""
        wanted = set(self.cleaned_data[f"signals_{kind}"])
        found = []
        for each in self._choices:
            if each.kind == kind and each.key in wanted:
                days = self.cleaned_data.get(f"within_{each.key}") if each.windowed else None
                new = days and not each.stated
                found.append(
                    each.signal.model_copy(update={"within": f"{days} days"})
                    if new
                    else each.signal
                )
        return found

    def _add_kind(self, kind: Kind, point: Touchpoint) -> None:
        mine = [each for each in self._choices if each.kind == kind]
        self.fields[f"signals_{kind}"] = forms.MultipleChoiceField(
            required=False, choices=[(each.key, each.title) for each in mine],
            initial=[each.key for each in mine if each.stated],
        )  # fmt: skip
        self.fields[f"not_wanted_{kind}"] = Line(
            _("None is wanted, because"), most=200, required=False,
            initial=point.not_wanted.get(kind, ""),
            help_text=_("Without a reason, a touchpoint that has no such signal is shown as a gap."),
        )  # fmt: skip
        for each in mine:
            if each.windowed and not each.stated:
                self.fields[f"within_{each.key}"] = forms.CharField(
                    label=_("Within days"), required=False, validators=[_DAYS],
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
                )  # fmt: skip

    def _row(self, choice: Choice) -> Row:
        chosen = choice.key in (self[f"signals_{choice.kind}"].value() or [])
        within, target = f"within_{choice.key}", f"target_{choice.signal.metric}"
        return Row(
            choice, chosen,
            self[target] if choice.signal.of == "touchpoint" and target in self.fields else None,
            self[within] if within in self.fields else None,
        )  # fmt: skip

    def _here(self) -> list[Choice]:
        return [each for each in self._choices if each.signal.of == "touchpoint"]

    def _metrics(self) -> list[str]:
        """The metrics that may have a target here."""
        return list(
            dict.fromkeys([*(each.signal.metric for each in self._here()), *self._point.targets])
        )
