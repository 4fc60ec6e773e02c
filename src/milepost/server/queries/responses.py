"""Answers as the pages read them: the feed with its filters, and one with its questions and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.surveys.survey_types import BY_NAME, SURVEY_TYPES
from milepost.programs.suspicion import SIGNALS
from milepost.server.models import Change, Response, Survey
from milepost.server.models.people import search_keys
from milepost.server.queries.asked import document_of
from milepost.server.queries.paging import PAGE, Listed

# What no index finds is looked for in so many of the latest answers, unless a period is asked for.
LATEST = 100_000
_SLOW = frozenset((
    "q", "group", "low", "partial", "open", "call_me", "language", "touchpoint", "channel",
    "question", "least", "most",
))  # fmt: skip
SEGMENT = "segment."
# What an answer tells of itself under the names that the plan's facts have for it.
_SHARED = {
    "account_id": "person__account", "channel": "channel", "locale": "locale",
    "program": "program__name", "kind": "program__kind", "question": "survey__name",
    "touchpoint": "touchpoint",
}  # fmt: skip
Place = tuple[date, datetime | None, int]
Responses: TypeAlias = "QuerySet[Response]"
LATEST_FIRST = ("-day", F("answered_at").desc(nulls_last=True), "-pk")
_SIGNALS = {each.name: each.words for each in SIGNALS}
_LABELS = {
    "score": "Score",
    "answer": "Answer",
    "comment": "Comment",
    "further": "Further answers",
    "call_me": "Please call me",
    "phone": "Phone",
    "state": "State",
    "locale": "Language",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a response said until a moment, where it differs from what it said next."""

    at: datetime
    values: list[tuple[str, str]]


def responses(wanted: Mapping[str, Any]) -> QuerySet[Response]:
    """Answers that a filter wants, quarantined and counted ones alike; those of tests never.

    `group` is a class of scores, `q` text in what somebody wrote, `open` not yet contacted,
    `segment.<name>` the value of an attribute.
    """
    found = Response.objects.filter(test=False)
    plain = {
        "survey": "survey__name", "program": "program__name", "touchpoint": "touchpoint",
        "language": "locale", "first": "day__gte", "last": "day__lte", "call_me": "call_me",
        "channel": "channel", "least": "score__gte", "most": "score__lte",
        "person": "person__key",
    }  # fmt: skip
    given = {name: value for name, value in wanted.items() if value not in (None, "", False)}
    # A score may be 0, which is a value like any other.
    given |= {name: 0 for name in ("least", "most") if wanted.get(name) == 0}
    found = found.filter(**{plain[name]: value for name, value in given.items() if name in plain})
    if wanted.get("tag"):
        found = found.filter(taggings__tag__key=wanted["tag"].casefold())
    if account := wanted.get("account"):
        # The folded name has an index, the name itself tells.
        key = search_keys("", account)["account_key"]
        found = found.filter(person__account_key=key, person__account=account)
    if question := wanted.get("question"):
        found = found.filter(Q(survey__name=question) | Q(further__has_key=question))
    for name in wanted:
        if name.startswith(SEGMENT):
            found = _of_segment(found, name.removeprefix(SEGMENT), wanted[name])
    if wanted.get("group"):
        found = found.filter(_scored(classes=wanted["group"]))
    if wanted.get("low"):
        found = found.filter(_scored(classes=None))
    if wanted.get("partial"):
        found = found.filter(state="partial")
    if wanted.get("open"):
        found = found.filter(contacted_at=None, anonymous=False)
    if text := wanted.get("q"):
        found = found.filter(Q(comment__icontains=text) | Q(answer__icontains=text))
    return found


def chosen(wanted: Mapping[str, Any]) -> Responses:
    """What a filter wants of those that count, or where it says so of those set aside."""
    return responses(wanted).filter(quarantined=bool(wanted.get("quarantined")))


def looked_at_since(wanted: Mapping[str, Any]) -> date | None:
    """The first day that a feed in a hurry looks at; None: all are."""
    if wanted.get("first") or wanted.get("last") or not any(map(_is_slow, wanted)):
        return None
    # One person's answers are few, and found by an index.
    if wanted.get("person") or wanted.get("account"):
        return None
    days = Response.objects.order_by("-day").values_list("day", flat=True)
    return next(iter(days[LATEST : LATEST + 1]), None)


def listed(found: QuerySet[Response], *, before: Place | None = None) -> Listed[Response]:
    """One page, the latest day first; within a day those that keep no time come last, in an order
    that tells nothing."""
    if before:
        found = found.filter(after(*before))
    rows = list(
        found.select_related("person", "program", "survey").order_by(*LATEST_FIRST)[: PAGE + 1]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Listed(rows[:PAGE], _told(last) if last else None)


def place(text: str) -> Place | None:
    """Where a page ended, as `Listed.after` tells it; None for what is none."""
    parts = text.split("~")
    try:
        day, at, key = parts
        moment = datetime.fromisoformat(at) if at else None
        found = date.fromisoformat(day), moment, int(key)
    except ValueError:
        return None
    aware = moment is None or moment.tzinfo is not None
    return found if aware and 0 < found[2] < 2**63 else None


def class_of(response: Response) -> str | None:
    """The class of an answer's score, such as promoter."""
    if response.score is None:
        return None
    return BY_NAME[response.survey.document["type"]].class_of(response.score)


def is_low(response: Response) -> bool:
    """Whether somebody has to hear about the answer."""
    low = BY_NAME[response.survey.document["type"]].low
    return low is not None and class_of(response) == low


def signals(response: Response) -> list[str]:
    """What speaks for a machine, in words."""
    return [_SIGNALS.get(name, str(name)) for name in response.signals]


def further(response: Response) -> list[tuple[str, str]]:
    """The further questions, worded as in the survey's first language, with what was answered."""
    document = document_of(response.version)
    texts = {each.name: _texts(document, each.texts) for each in document.further}
    return [
        (texts.get(name, {}).get("question", name), _spoken(value, texts.get(name, {})))
        for name, value in response.further.items()
    ]


def history(response: Response) -> list[Earlier]:
    """The earlier states of an answer, the first one first."""
    changes = list(Change.objects.filter(response=response))
    nexts = [*(each.before for each in changes), _now(response)][1:]
    return [
        Earlier(each.at, list(_differing(each.before, then)))
        for each, then in zip(changes, nexts, strict=True)
    ]


def _scored(*, classes: str | None) -> Q:
    """Answers whose score is of a class; None: of the class that somebody has to hear about."""
    found = Q(pk__in=())
    surveys: dict[str, list[int]] = {}
    for key, kind in Survey.objects.values_list("pk", "document__type"):
        surveys.setdefault(kind, []).append(key)
    for kind in SURVEY_TYPES:
        for each in kind.classes:
            if each.name == (classes or kind.low) and kind.name in surveys:
                found |= Q(
                    survey__in=surveys[kind.name], score__gte=each.least, score__lte=each.most
                )
    return found


def after(day: date, at: datetime | None, key: int) -> Q:
    later = Q(answered_at=None, pk__lt=key)
    if at is not None:
        later = Q(answered_at__lt=at) | Q(answered_at=None) | Q(answered_at=at, pk__lt=key)
    # The bound stands by itself, so that the databases find the place by the index.
    return Q(day__lte=day) & (Q(day__lt=day) | later)


def _is_slow(name: str) -> bool:
    return name in _SLOW or name.startswith(SEGMENT)


def _of_segment(found: QuerySet[Response], name: str, value: str) -> QuerySet[Response]:
    if name in _SHARED:
        return found.filter(**{_SHARED[name]: value})
    text = Cast(KeyTextTransform(name, "attributes"), TextField())
    # Every segment has a name of its own: two of them must both hold.
    alias = f"_segment_{len(found.query.annotations)}"
    return found.alias(**{alias: text}).filter(**{alias: value})


def _told(last: Response) -> str:
    at = last.answered_at.isoformat() if last.answered_at else ""
    return f"{last.day}~{at}~{last.pk}"


def _texts(document: Document, texts: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return texts.get(document.default_locale) or next(iter(texts.values()), {})


def _spoken(value: object, texts: Mapping[str, str]) -> str:
    values: Iterable[object] = value if isinstance(value, list) else (value,)
    return ", ".join(texts.get(f"options.{each}", str(each)) for each in values)


def _now(response: Response) -> dict[str, object]:
    return {name: getattr(response, name) for name in _LABELS}


def _differing(
    before: Mapping[str, object], then: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    for name, label in _LABELS.items():
        if name in before and before[name] != then.get(name):
            yield label, _shown(before[name])


def _shown(value: object) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{name}: {each}" for name, each in value.items()) or "–"
        case _:
            return str(value)
