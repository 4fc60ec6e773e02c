"""What is wrong with a survey as a whole: texts that do not fit, options, conditions, promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from milepost.errors import hint
from milepost.programs.surveys.errors import Fault
from milepost.programs.surveys.locales import LOCALES, shipped
from milepost.programs.surveys.placeholders import malformed
from milepost.programs.surveys.reading import is_name
from milepost.programs.surveys.survey import (
    LONGEST_OPTION,
    RATING_SCALES,
    Further,
    Survey,
    Texts,
    class_names,
)
from milepost.programs.surveys.voice import SHARED

_FEWEST_OPTIONS = 2
_LABELS = ("low", "high", "options.")


def faults_of(survey: Survey) -> Iterator[Fault]:
    """Every mistake of a survey whose single fields were read and whose type is known."""
    yield from _locales(survey)
    yield from _texts(survey)
    yield from _options(survey)
    for number, question in enumerate(survey.further, 1):
        yield from _further(survey, question, where=f"further[{number}]")
    for number, question in enumerate(survey.further):
        yield from _condition(survey, question, survey.further[:number])
    yield from _promises(survey)


def asked_keys(survey: Survey) -> tuple[str, ...]:
    """The keys of the type's section that a respondent is asked with, in their order."""
    keys = ["question", "low", "high", *(f"options.{name}" for name in survey.choices)]
    keys += ["why.any"] if survey.why == "same" else []
    keys += [f"why.{each.name}" for each in survey.kind.classes if survey.why == "by_class"]
    known = shipped("en")
    return tuple(
        key
        for key in keys
        if f"{survey.type}.{key}" in known or (key.startswith("options.") and survey.options)
    )


def _locales(survey: Survey) -> Iterator[Fault]:
    if not survey.locales:
        yield Fault("locales", "is empty; expected at least one language, such as en")
    for locale in survey.locales:
        if locale not in LOCALES:
            yield Fault(
                "locales", f"language '{locale}' has no shipped texts{hint(locale, LOCALES)}"
            )


def _texts(survey: Survey) -> Iterator[Fault]:
    section = f"{survey.type}."
    own = {key.removeprefix(section) for key in shipped("en") if key.startswith(section)}
    shared = {key for key in shipped("en") if key.startswith(SHARED)}
    options = {f"options.{name}" for name in survey.choices} if survey.options else set()
    if survey.options:
        own = {key for key in own if not key.startswith("options.")}
    yield from _wording(survey.texts, survey, own | shared | options, where="texts")
    missing = [f"options.{name}" for name in survey.options]
    missing = [key for key in missing if f"{section}{key}" not in shipped("en")]
    asked = [key for key in asked_keys(survey) if _written(survey.texts, key)]
    needed = dict.fromkeys([*asked, *missing])
    yield from _untranslated(survey.texts, survey.locales, needed, where="texts")


def _wording(texts: Texts, survey: Survey, known: Iterable[str], *, where: str) -> Iterator[Fault]:
    keys = set(known)
    for locale, by_key in texts.items():
        if locale not in survey.locales:
            offered = hint(locale, survey.locales)
            yield Fault(f"{where}.{locale}", f"language '{locale}' is not offered{offered}")
        for key, text in by_key.items():
            path = f"{where}.{locale}.{key}"
            if key not in keys:
                yield Fault(path, f"there is no text '{key}'{hint(key, keys)}")
            yield from _one_text(path, key, text)


def _one_text(path: str, key: str, text: str) -> Iterator[Fault]:
    if not text:
        yield Fault(path, "is empty; write it, or leave the key out")
    broken = malformed(text)
    if broken:
        yield Fault(path, broken)
    if key.endswith("subject") and "\n" in text:
        yield Fault(path, "has several lines; a subject line is one")
    if key.startswith(_LABELS) and len(text) > LONGEST_OPTION:
        yield Fault(path, f"has {len(text)} characters; a label has at most {LONGEST_OPTION}")


def _untranslated(
    texts: Texts, locales: Sequence[str], keys: Iterable[str], *, where: str
) -> Iterator[Fault]:
    # A question that is worded anew in one language only would ask two things under one name.
    for key in keys:
        for locale in locales:
            if not texts.get(locale, {}).get(key):
                advice = "write it in every language offered"
                yield Fault(f"{where}.{locale}.{key}", f"'{key}' is missing in {locale}; {advice}")


def _written(texts: Texts, key: str) -> bool:
    return any(key in by_key for by_key in texts.values())


def _options(survey: Survey) -> Iterator[Fault]:
    if survey.why not in survey.kind.why:
        known = ", ".join(survey.kind.why)
        yield Fault("why", f"'{survey.why}' does not fit the type {survey.type}; expected {known}")
    if survey.options and not survey.kind.own_options:
        yield Fault(
            "options", f"the answers of the type {survey.type} are fixed; leave options out"
        )
    if survey.options:
        yield from _option_names(survey.options, where="options")


def _option_names(names: Sequence[str], *, where: str) -> Iterator[Fault]:
    if len(names) < _FEWEST_OPTIONS:
        yield Fault(where, f"has {len(names)} entries; expected at least {_FEWEST_OPTIONS}")
    for name in names:
        if not is_name(name):
            yield Fault(
                where, f"'{name[:64]}' is no name; expected small letters, digits, '-', '_'"
            )


def _further(survey: Survey, question: Further, *, where: str) -> Iterator[Fault]:
    if [each.name for each in survey.further].count(question.name) > 1:
        yield Fault(f"{where}.name", f"'{question.name}' is there twice; names are unique")
    if question.choosing:
        yield from _option_names(question.options, where=f"{where}.options")
    elif question.options:
        yield Fault(f"{where}.options", f"a question of kind {question.kind} has no options")
    yield from _bounds(question, where=where)
    needed = ["question", *(f"options.{name}" for name in question.options)]
    ends = ["low", "high"] if question.kind == "rating" else []
    yield from _wording(question.texts, survey, [*needed, *ends], where=f"{where}.texts")
    needed += ends if any(_written(question.texts, end) for end in ends) else []
    yield from _untranslated(question.texts, survey.locales, needed, where=f"{where}.texts")


def _bounds(question: Further, *, where: str) -> Iterator[Fault]:
    least, most = question.least, question.most
    if question.kind == "rating" and (least, most) not in RATING_SCALES:
        known = ", ".join(f"{low}-{high}" for low, high in RATING_SCALES)
        yield Fault(
            f"{where}.least", f"{least} to {most} is no scale of a rating; expected {known}"
        )
    elif question.kind not in ("rating", "number") and (least is not None or most is not None):
        yield Fault(f"{where}.least", f"a question of kind {question.kind} has no least and most")
    elif least is not None and most is not None and least > most:
        yield Fault(f"{where}.least", f"{least} is above most ({most})")


def _condition(survey: Survey, question: Further, earlier: Sequence[Further]) -> Iterator[Fault]:
    if question.when is None:
        return
    where = f"further[{len(earlier) + 1}].when"
    known = _answerable(survey, earlier)
    if question.when.question not in known:
        name = question.when.question
        yield Fault(
            f"{where}.question", f"no earlier question '{name}' to go by{hint(name, known)}"
        )
        return
    answers = known[question.when.question]
    for answer in question.when.answers:
        if answer not in answers:
            yield Fault(f"{where}.answers", f"'{answer}' is no answer to it{hint(answer, answers)}")
    if not question.when.answers:
        yield Fault(f"{where}.answers", "is empty; such a question is never asked")


def _answerable(survey: Survey, earlier: Sequence[Further]) -> Mapping[str, Sequence[str]]:
    first: dict[str, Sequence[str]] = {}
    if survey.kind.classes:
        first["class"] = class_names(survey.kind)
    elif survey.choices:
        first["answer"] = survey.choices
    return first | {each.name: each.choices for each in earlier if each.choices}


def _promises(survey: Survey) -> Iterator[Fault]:
    names = class_names(survey.kind)
    for name, thanks in survey.thanks.items():
        where = f"thanks.{name}"
        if name not in names:
            yield Fault(where, f"{survey.type} has no class '{name}'{hint(name, names)}")
        if thanks.action == "review" and thanks.link is None:
            yield Fault(
                f"{where}.link", "is missing; expected the https address of the review page"
            )
        if thanks.action != "review" and thanks.link is not None:
            yield Fault(
                f"{where}.link", "is for the action review; leave it out, or set the action"
            )
        if thanks.action == "referral" and survey.anonymous:
            yield Fault(f"{where}.action", "a referral link is personal; this survey is anonymous")
    if survey.call_me and survey.anonymous:
        yield Fault("call_me", "asks for a phone number, and this survey is anonymous; choose one")
