"""Surveys as the pages read them: the list with its counts, and what each version asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from milepost.programs.surveys.document import parse
from milepost.programs.surveys.locales import shipped
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.surveys.versions import EVERYWHERE, Change, asked, changes, version_of
from milepost.server.models import Invitation, Response, Survey, Version

PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One survey of the list. `answers` are counted ones: no tests, none set aside."""

    survey: Survey
    document: Document
    answers: int

    @property
    def changed(self) -> bool:
        """Whether the draft differs from what is asked."""
        return pending(self.survey)

    @property
    def languages(self) -> list[str]:
        """The languages that it is offered in, each in its own name."""
        return [language_name(locale) for locale in self.document.locales]


@dataclass(frozen=True, slots=True)
class Difference:
    """One text or rule that is asked otherwise: in which language, its key, the two wordings."""

    language: str
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Asking:
    """One version: what it asked word by word, what changed from the one before, its answers."""

    version: Version
    words: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    changed: Sequence[Difference]
    answers: int


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a survey: answers that count, answers set aside, people invited."""

    answers: int
    quarantined: int
    invited: int


def surveys(*, archived: bool = False) -> QuerySet[Survey]:
    """The surveys by title."""
    return (
        Survey.objects.filter(archived=archived).select_related("current").order_by("title", "pk")
    )


def rows(found: Sequence[Survey]) -> list[Row]:
    """Surveys with the number of their answers."""
    counts = _answers("survey", [each.pk for each in found])
    return [Row(each, parse(each.document), counts.get(each.pk, 0)) for each in found]


def use(survey: Survey) -> Use:
    """What became of one survey."""
    given = Response.objects.filter(survey=survey, test=False)
    sent = Invitation.objects.filter(survey=survey, test=False, sent_at__isnull=False)
    return Use(
        answers=given.filter(quarantined=False).count(),
        quarantined=given.filter(quarantined=True).count(),
        invited=sent.count(),
    )


def pending(survey: Survey) -> bool:
    """Whether the draft holds something that is not asked or in force yet."""
    return survey.current is None or survey.current.document != survey.document


def draft_changes(survey: Survey) -> list[Difference]:
    """What a respondent would be asked otherwise than now; none before the first version."""
    if survey.current is None:
        return []
    return told(changes(survey.current.asked, asked(parse(survey.document))))


def told(found: Iterable[Change]) -> list[Difference]:
    """Changes as a page tells them."""
    return [
        Difference(language_name(each.locale), each.key, each.before or "", each.after or "")
        for each in found
    ]


def rewords(survey: Survey) -> bool:
    """Whether publishing the draft makes a new version."""
    document = parse(survey.document)
    return survey.current is None or survey.current.fingerprint != version_of(document)


def askings(survey: Survey) -> list[Asking]:
    """Every version, the newest first."""
    versions = list(survey.versions.order_by("number"))
    counts = _answers("version", [each.pk for each in versions])
    earlier = [{}, *(each.asked for each in versions)]
    found = [
        Asking(
            version=version,
            words=list(_by_language(version.asked)),
            changed=told(changes(before, version.asked)) if before else (),
            answers=counts.get(version.pk, 0),
        )
        for version, before in zip(versions, earlier, strict=False)
    ]
    return found[::-1]


def language_name(locale: str) -> str:
    """A language in its own name; what all languages share is said in words."""
    if locale == EVERYWHERE:
        return "In all languages"
    return shipped(locale)["language.name"]


def _by_language(
    said: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    for locale, words in said.items():
        yield language_name(locale), [(key, text) for key, text in words.items() if text]


def _answers(column: str, keys: Sequence[int]) -> dict[int, int]:
    counted = Response.objects.filter(
        **{f"{column}__in": keys}, test=False, quarantined=False
    ).values_list(column)
    return dict(counted.annotate(Count("pk")).order_by())
