"""What a respondent's page shows: the survey in their language, one step of it, and what they gave so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from milepost.programs.surveys.answers import Flaw
from milepost.programs.surveys.locales import LOCALES, match_locale, shipped
from milepost.programs.surveys.spoken import Spoken, SpokenQuestion, spoken
from milepost.programs.surveys.voice import Voice, speak
from milepost.server.failures import too_many
from milepost.server.limits import TRIES, Limit, client_key
from milepost.server.models import Company
from milepost.server.queries.asked import Asked

# A whole office or a hall full of people may answer from behind one address.
POSTS = Limit("answers", most=1200, seconds=60)
_GUESSES = Limit("unknown links", most=120, seconds=60)


@dataclass(frozen=True, slots=True)
class Field:
    """One question on a page with what was answered before (several: of a multiple choice)."""

    question: SpokenQuestion
    chosen: tuple[str, ...]
    wrong: str

    @property
    def value(self) -> str:
        """The one answer given, as text."""
        return self.chosen[0] if self.chosen else ""


def language(request: HttpRequest, asked: Asked) -> str:
    """The language of a page: the one chosen on it, else the asking's, else the browser's."""
    offered = asked.document.locales
    chosen = request.GET.get("l") or request.POST.get("locale") or ""
    if chosen in offered:
        return chosen
    if asked.invitation and asked.invitation.locale in offered:
        return asked.invitation.locale
    return match_locale(offered, request.headers.get("Accept-Language", ""))


def words(asked: Asked, locale: str) -> Spoken:
    """The survey as its respondent reads it."""
    values = dict(asked.values)
    if not asked.document.company:
        values["company"] = Company.load().name
    return spoken(asked.document, locale, values)


def fields_of(
    asked: Asked,
    said: Spoken,
    names: tuple[str, ...],
    *,
    given: Mapping[str, Any],
    flaws: tuple[Flaw, ...] = (),
) -> list[Field]:
    """The questions of a step, with earlier answers and what is wrong with them."""
    questions = {each.name: each for each in (said.first, *said.further)}
    wrong = {flaw.name: said.voice.say(flaw.key, **flaw.values) for flaw in flaws}
    return [
        Field(questions[name], _several(given.get(name)), wrong.get(name, ""))
        for name in names
        if name in questions
    ]


def show(
    request: HttpRequest,
    template: str,
    voice: Voice,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page in a respondent's language; never kept by a cache, never found by a search engine."""
    company = Company.load()
    shared = {
        "lang": voice.lang,
        "direction": voice.direction,
        "page": voice.part("page"),
        "brand": voice.values.get("company") or company.name,
    }
    answer = render(request, template, {**shared, **context}, status=status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def told(
    request: HttpRequest, key: str, *, status: int = 200, voice: Voice | None = None
) -> HttpResponse:
    """A page with one sentence, such as that the survey is closed."""
    voice = voice or browser_voice(request)
    return show(request, "public/told.html", voice, status=status, text=voice.say(f"page.{key}"))


def unknown(request: HttpRequest) -> HttpResponse:
    """The page behind a link that leads nowhere, whatever the reason; who tries many has to wait."""
    wait = TRIES.wait(_GUESSES, client_key(request))
    return too_many(request, wait) if wait else told(request, "unknown", status=404)


def browser_voice(request: HttpRequest) -> Voice:
    """The words for somebody of whom nothing is known: in their browser's language."""
    locale = match_locale(LOCALES, request.headers.get("Accept-Language", ""))
    return speak(locale, values={"company": Company.load().name})


def languages(asked: Asked) -> list[tuple[str, str]]:
    """The languages that a survey is offered in, each in its own name; none where there is no choice."""
    offered = asked.document.locales
    return [(each, shipped(each)["language.name"]) for each in offered] if len(offered) > 1 else []


def _several(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
