"""Unsubscribing: a page for people, and the one click of RFC 8058 for their mail programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from milepost.programs.surveys.locales import LOCALES, match_locale
from milepost.programs.surveys.voice import Voice, speak
from milepost.server.access import Route
from milepost.server.actions.subscribing import resume, stop
from milepost.server.limits import limited
from milepost.server.models import Company, Invitation, Person
from milepost.server.public import nonces, pages
from milepost.server.public.evidence import machine
from milepost.server.public.sightings import SEEN
from milepost.server.queries.asked import Asked, personal


# RFC 8058: the mail program posts without a page of ours before it, so there is no token to check.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(pages.POSTS)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it; a machine that fetches the page or presses its button changes nothing."""
    asked = personal(token)
    if asked is None or asked.invitation is None:
        return pages.unknown(request)
    person, voice = asked.invitation.person, _voice(asked.invitation)
    if request.method != "POST":
        SEEN.saw(request, token)
    elif request.POST.get("List-Unsubscribe") == "One-Click":
        stop(person, "unsubscribed", "one click in the mail")
    elif _pressed(request, asked):
        return _press(request, voice, token, person)
    return _show(request, voice, token, "ask" if person.status == "active" else "done", person)


def _pressed(request: HttpRequest, asked: Asked) -> bool:
    """Whether a person pressed the button of our page; others are shown it again."""
    try:
        nonces.read(request.POST.get("nonce", ""), link=asked.token)
    except nonces.StaleNonce:
        return False
    return not machine(request, asked.token, asked.sent_at)


def _press(request: HttpRequest, voice: Voice, token: str, person: Person) -> HttpResponse:
    if not request.POST.get("undo"):
        stop(person, "unsubscribed", "link in the mail")
        return _show(request, voice, token, "done", person)
    resume(person, "undone on the unsubscribe page")
    return _show(request, voice, token, "undone" if person.status == "active" else "done", person)


def _voice(invitation: Invitation) -> Voice:
    locale = match_locale(LOCALES, invitation.locale)
    return speak(locale, values={"company": Company.load().name})


def _show(
    request: HttpRequest, voice: Voice, token: str, state: str, person: Person
) -> HttpResponse:
    return pages.show(
        request,
        "public/unsubscribe.html",
        voice,
        state=state,
        words=voice.part("unsubscribe"),
        text=voice.say(f"unsubscribe.{state}"),
        nonce=nonces.fresh(token),
        # Who complained to their provider comes back by asking us, not by a button.
        undoing=person.status in ("unsubscribed", "bounced"),
    )


ROUTES = (Route("u/<str:token>", unsubscribe, "unsubscribe", None),)
