"""The respondent's page: one question, one tap, then the why; a GET shows, a POST stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from milepost import clock
from milepost.programs.surveys.answers import Flaw, Taken, as_given, class_of
from milepost.programs.surveys.steps import FIRST, THANKS, Step, next_step, steps
from milepost.server.access import Route
from milepost.server.actions.answers import AnswerRefused, keep
from milepost.server.actions.merging import Posted, taken_of
from milepost.server.limits import limited
from milepost.server.models import Response
from milepost.server.public import nonces, pages
from milepost.server.public.evidence import evidence_of
from milepost.server.public.pages import POSTS
from milepost.server.public.referrals import referral_url
from milepost.server.public.sightings import SEEN
from milepost.server.queries.asked import Asked, given, open_survey, personal


# The nonce is signed for this link and this page: it does what Django's token does, without a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(POSTS)
def personal_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a personal link."""
    return _page(request, personal(token))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(POSTS)
def anonymous_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a survey's own link or its QR code."""
    return _page(request, open_survey(token))


def decoy(request: HttpRequest, token: str) -> HttpResponse:
    """A link that no person sees: what follows it is a machine, which is remembered and told nothing."""
    SEEN.saw(request, token, decoy=True)
    return pages.unknown(request)


def _page(request: HttpRequest, asked: Asked | None) -> HttpResponse:
    if asked is None:
        return pages.unknown(request)
    return _take(request, asked) if request.method == "POST" else _show(request, asked)


def _show(request: HttpRequest, asked: Asked) -> HttpResponse:
    said = pages.words(asked, pages.language(request, asked))
    score = request.GET.get("v")
    SEEN.saw(request, asked.token, score=score)
    if asked.closed(clock.now()):
        return pages.told(request, "closed", voice=said.voice)
    nonce = _nonce(request.GET.get("n", ""), asked)
    response = given(asked, nonce)
    if response is None and asked.invitation and asked.invitation.state == "answered":
        return pages.told(request, "already", voice=said.voice)
    named = request.GET.get("p", "")
    if response and response.quarantined and not named:
        # What a machine sent before is not shown to whoever comes by the mail.
        response = None
    taken = taken_of(asked.document, response)
    step = _step(asked, taken, named=named, score=score, response=response)
    return render(request, asked, step, response=response, taken=taken, score=score, nonce=nonce)


def _step(
    asked: Asked, taken: Taken, *, named: str, score: str | None, response: Response | None
) -> Step:
    """Which page a GET shows: the one named, else the one after what was answered so far."""
    known = {each.name: each for each in steps(asked.document, taken)}
    if response is None or (score in asked.document.choices and score != str(taken.first)):
        return known[FIRST]
    if named in known:
        return known[named]
    return (
        known[THANKS]
        if response.state == "complete"
        else next_step(asked.document, taken, after=FIRST)
    )


def _take(request: HttpRequest, asked: Asked) -> HttpResponse:
    locale = pages.language(request, asked)
    signed = request.POST.get("nonce", "")
    try:
        nonce = nonces.read(signed, link=asked.token)
    except nonces.StaleNonce:
        return _page_old(request, asked)
    posted = Posted(
        nonce=nonce,
        step=request.POST.get("step", FIRST),
        form=_form(request),
        locale=locale,
        channel=_channel(request, asked),
        evidence=evidence_of(request, asked.token, asked.sent_at),
    )
    try:
        kept = keep(asked, posted)
    except AnswerRefused as refused:
        return pages.told(request, refused.why, voice=pages.words(asked, locale).voice, status=409)
    if kept.flaws:
        taken = taken_of(asked.document, kept.response)
        return render(
            request, asked, kept.after, response=kept.response, taken=taken, flaws=kept.flaws,
            signed=signed, status=422,
        )  # fmt: skip
    return HttpResponseRedirect(f"{request.path}?{_onward(asked, kept.after, signed, locale)}")


def _page_old(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The same page once more with what was typed, and a nonce that is good."""
    response = given(asked, None)
    taken = taken_of(asked.document, response)
    known = {each.name: each for each in steps(asked.document, taken)}
    step = known.get(request.POST.get("step", ""), known[FIRST])
    flaw = Flaw((step.fields or (FIRST,))[0], "error.page_old")
    return render(
        request, asked, step, response=response, taken=taken, flaws=(flaw,), status=400
    )  # fmt: skip


def _onward(asked: Asked, after: Step, signed: str, locale: str) -> str:
    """Where one goes after a page was stored; an anonymous page takes its nonce along."""
    told = {"p": after.name, "l": locale}
    if asked.nameless:
        told["n"] = signed
    return urlencode(told)


def render(
    request: HttpRequest,
    asked: Asked,
    step: Step,
    *,
    taken: Taken,
    response: Response | None = None,
    flaws: tuple[Flaw, ...] = (),
    score: str | None = None,
    signed: str = "",
    nonce: str | None = None,
    status: int = 200,
) -> HttpResponse:
    said = pages.words(asked, pages.language(request, asked))
    form: Mapping[str, Any] = as_given(asked.document, taken)
    if flaws and request.method == "POST":
        form = {**form, **_form(request)}
    every = steps(asked.document, taken)
    number = [each.name for each in every].index(step.name) + 1
    chosen = _chosen(said, score if score is not None else taken.first)
    label, say = chosen.aria if chosen else "", said.voice.say
    template = "public/thanks.html" if step.name == THANKS else "public/ask.html"
    name = class_of(asked.document, taken.first)
    return pages.show(
        request,
        template,
        said.voice,
        status=status,
        asked=asked,
        said=said,
        step=step,
        number=number,
        steps=len(every) - 1,
        fields=pages.fields_of(asked, said, step.fields, given=form, flaws=flaws),
        given=form,
        wrong={flaw.name: said.voice.say(flaw.key, **flaw.values) for flaw in flaws},
        why=said.why_for(name),
        thanks=said.thanks_for(name),
        offer=asked.document.thanks.get(name or "any"),
        chosen=chosen,
        chosen_text=say("page.selected", label=label),
        given_text=say("page.your_answer", label=label),
        progress_text=say("page.progress", step=number, steps=len(every) - 1),
        characters_left=said.voice.texts["page.characters_left"],
        review=said.voice.part("review"),
        referral=said.voice.part("referral"),
        referral_url=referral_url(asked) if step.name == THANKS else None,
        preselected=score is not None and score in asked.document.choices,
        response=response,
        nonce=signed or request.GET.get("n") or nonces.fresh(asked.token),
        languages=pages.languages(asked),
        phone_known=bool(asked.invitation and asked.invitation.person.phone),
    )


def _chosen(said: Any, value: object) -> Any:
    """The option that stands chosen, with its words."""
    return next((each for each in said.first.options if each.value == str(value)), None)


def _nonce(signed: str, asked: Asked) -> str | None:
    try:
        return nonces.read(signed, link=asked.token)
    except nonces.StaleNonce:
        return None


def _channel(request: HttpRequest, asked: Asked) -> str:
    if asked.invitation:
        return asked.invitation.channel
    return "qr" if request.POST.get("c") == "qr" else "link"


def _form(request: HttpRequest) -> dict[str, str | Sequence[str]]:
    return {
        name: values[0] if len(values) == 1 else values
        for name, values in request.POST.lists()
        if values
    }


ROUTES = (
    Route("a/<str:token>", personal_page, "personal", None),
    Route("s/<str:token>", anonymous_page, "anonymous", None),
    Route("m/<str:token>", decoy, "decoy", None),
)
