"""Unsubscribing: a page for people, and the one click of RFC 8058 for their mail programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from milepost.programs.surveys.locales import LOCALES, match_locale
from milepost.programs.surveys.voice import Voice, speak
from milepost.server.access import Route
from milepost.server.actions.subscribing import resume, stop
from milepost.server.models import Company, Invitation
from milepost.server.public import pages


# RFC 8058: the mail program posts without a page of ours before it, so there is no token to check.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it; a link that is fetched by a machine changes nothing."""
    invitation = Invitation.objects.select_related("person").filter(token=token).first()
    if invitation is None:
        return pages.told(request, "unknown", status=404)
    voice = _voice(invitation)
    person = invitation.person
    if request.method != "POST":
        active = person.status == "active"
        return _show(request, voice, "ask" if active else "done")
    if request.POST.get("undo"):
        resume(person, "undone on the unsubscribe page")
        return _show(request, voice, "undone" if person.status == "active" else "done")
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    stop(person, "unsubscribed", "one click in the mail" if one_click else "link in the mail")
    return _show(request, voice, "done")


def _voice(invitation: Invitation) -> Voice:
    locale = match_locale(LOCALES, invitation.locale)
    return speak(locale, values={"company": Company.load().name})


def _show(request: HttpRequest, voice: Voice, state: str) -> HttpResponse:
    return pages.show(
        request,
        "public/unsubscribe.html",
        voice,
        state=state,
        words=voice.part("unsubscribe"),
        text=voice.say(f"unsubscribe.{state}"),
    )


ROUTES = (Route("u/<str:token>", unsubscribe, "unsubscribe", None),)
