"""A survey in one language: everything that a page or a mail needs to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.programs.surveys.placeholders import fill
from milepost.programs.surveys.survey import KINDS, Further, Survey, class_names
from milepost.programs.surveys.survey_types import Drawn
from milepost.programs.surveys.voice import SHARED, Voice, speak

# Drawn without a word beside each answer.
_BARE = ("scale", "stars")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to tap: its value in the form, what is shown, and what a screen reader says."""

    value: str
    label: str
    aria: str


@dataclass(frozen=True, slots=True)
class SpokenQuestion:
    """One question: `name` is its field in the form, `ends` says in words what the ends mean.

    `low`, `high` and `ends` are empty where a scale has no words; `least` and `most` bound a number.
    """

    name: str
    drawn: Drawn
    text: str
    required: bool
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""
    ends: str = ""
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A survey in the language of `voice`. `why` and `thanks` are by class, or by `any`.

    `why` is empty where nothing more is asked; `subject` is the mail's subject line.
    """

    voice: Voice
    first: SpokenQuestion
    why: Mapping[str, str]
    further: tuple[SpokenQuestion, ...]
    thanks: Mapping[str, str]
    subject: str

    def why_for(self, name: str | None) -> str:
        """The open question for a class of the score (None: no class); empty where none is asked."""
        return self.why.get(name or "any") or self.why.get("any", "")

    def thanks_for(self, name: str | None) -> str:
        """The thanks for a class of the score (None: no class)."""
        return self.thanks.get(name or "any") or next(iter(self.thanks.values()))


def spoken(survey: Survey, locale: str, values: Mapping[str, object] | None = None) -> Spoken:
    """The survey in one of its languages, with the values of an invitation in its texts.

    `values` are names to values: name, company, product, agent and whatever the event brought.
    ValueError where the survey is not offered in that language: `match_locale` finds one that is.
    """
    if locale not in survey.locales:
        raise ValueError(f"survey '{survey.name}' is not offered in '{locale}'")
    voice = voice_of(survey, locale, values)
    start = f"{survey.type}."
    return Spoken(
        voice=voice,
        first=_first(survey, voice),
        why={name: voice.say(f"{start}why.{name}") for name in _whys(survey)},
        further=tuple(_further(question, voice) for question in survey.further),
        thanks={name: voice.say(f"{start}thanks.{name}") for name in class_names(survey.kind)},
        subject=voice.say(f"{start}subject"),
    )


def voice_of(survey: Survey, locale: str, values: Mapping[str, object] | None = None) -> Voice:
    """The shipped words of a language with the survey's own ones over them."""
    own = survey.texts.get(locale, {})
    keyed = {key if key.startswith(SHARED) else f"{survey.type}.{key}": own[key] for key in own}
    # Who asks is the survey's to say: a person's own attribute may be called company as well.
    asking = {"company": survey.company} if survey.company else {}
    return speak(locale, values={**(values or {}), **asking}, own=keyed)


def _first(survey: Survey, voice: Voice) -> SpokenQuestion:
    start = f"{survey.type}."
    said = {key.removeprefix(start): voice.say(key) for key in voice.texts if key.startswith(start)}
    return SpokenQuestion(
        name=survey.kind.field,
        drawn=survey.kind.drawn,
        text=said["question"],
        required=True,
        options=_options(survey.choices, survey.kind.drawn, said, voice),
        low=said.get("low", ""),
        high=said.get("high", ""),
        ends=_ends(survey.choices, survey.kind.drawn, said, voice),
    )


def _further(question: Further, voice: Voice) -> SpokenQuestion:
    own = {key: fill(text, voice.values) for key, text in question.texts[voice.lang].items()}
    usual = voice.part("csat") if question.kind == "rating" else {}
    said = {"low": usual.get("low", ""), "high": usual.get("high", ""), **own}
    drawn = KINDS[question.kind].drawn
    return SpokenQuestion(
        name=question.name,
        drawn=drawn,
        text=said["question"],
        required=question.required,
        options=_options(question.choices, drawn, said, voice),
        low=said["low"],
        high=said["high"],
        ends=_ends(question.choices, drawn, said, voice),
        least=question.least,
        most=question.most,
    )


def _options(
    choices: tuple[str, ...], drawn: Drawn, said: Mapping[str, str], voice: Voice
) -> tuple[Option, ...]:
    labels = {name: said.get(f"options.{name}", name) for name in choices}
    if drawn not in _BARE:
        return tuple(Option(name, label, label) for name, label in labels.items())
    arias = _scores(choices, drawn, said, voice)
    return tuple(
        Option(name, labels[name], aria) for name, aria in zip(choices, arias, strict=True)
    )


def _scores(
    choices: tuple[str, ...], drawn: Drawn, said: Mapping[str, str], voice: Voice
) -> list[str]:
    highest = choices[-1]
    if drawn == "stars":
        return [voice.say("page.stars_label", score=name, highest=highest) for name in choices]
    arias = [voice.say("page.score_label", score=name, highest=highest) for name in choices]
    for place, end in ((0, "low"), (-1, "high")):
        meant = {"score": choices[place], "highest": highest, "label": said.get(end, "")}
        arias[place] = voice.say("page.score_end", **meant) if meant["label"] else arias[place]
    return arias


def _ends(choices: tuple[str, ...], drawn: Drawn, said: Mapping[str, str], voice: Voice) -> str:
    if drawn not in _BARE or not said.get("low") or not said.get("high"):
        return ""
    lowest, highest = choices[0], choices[-1]
    meant = {"lowest": lowest, "highest": highest, "low": said["low"], "high": said["high"]}
    return voice.say("page.scale_ends", **meant)


def _whys(survey: Survey) -> tuple[str, ...]:
    by_class = tuple(each.name for each in survey.kind.classes)
    return {"by_class": by_class, "same": ("any",), "none": ()}[survey.why]
