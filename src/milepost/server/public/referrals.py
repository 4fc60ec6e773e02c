"""Personal referral links: shown to those who recommend, and the page where their friends arrive."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from milepost.channels import link
from milepost.programs.surveys.voice import Voice
from milepost.server.access import Route
from milepost.server.actions.referrals import accepted, referral_of
from milepost.server.limits import TRIES, Limit, client_key, limited
from milepost.server.models import Company, Referral
from milepost.server.public import nonces, pages
from milepost.server.public.evidence import machine
from milepost.server.public.sightings import SEEN
from milepost.server.queries.asked import Asked, personal

# Whoever is rewarded for friends must not be all of them: so many of one link count from one address.
_YES = Limit("yes to a referral", most=5, seconds=86_400)


def referral_url(asked: Asked) -> str | None:
    """The link that a respondent may pass on, if one was made."""
    if asked.nameless or asked.invitation is None:
        return None
    made = Referral.objects.filter(person=asked.invitation.person).first()
    return link.referral(settings.MILEPOST.text("url").rstrip("/"), made.code) if made else None


@csrf_exempt
@require_POST
@limited(pages.POSTS)
def refer(request: HttpRequest, token: str) -> HttpResponse:
    """Make the link of somebody whose survey offers one."""
    asked = personal(token)
    if asked is None or asked.nameless or asked.invitation is None:
        return pages.unknown(request)
    try:
        nonces.read(request.POST.get("nonce", ""), link=asked.token)
    except nonces.StaleNonce:
        return pages.told(request, "failed", status=400)
    if any(thanks.action == "referral" for thanks in asked.document.thanks.values()):
        referral_of(asked.invitation.person)
    return HttpResponseRedirect(f"/a/{token}?p=thanks")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(pages.POSTS)
def arrive(request: HttpRequest, code: str) -> HttpResponse:
    """Where a friend arrives: saying yes is a POST, so that no preview of the link is counted."""
    referral = Referral.objects.select_related("person").filter(code=code).first()
    if referral is None or referral.person.status == "erased":
        return pages.unknown(request)
    voice = pages.browser_voice(request)
    if request.method != "POST":
        SEEN.saw(request, code)
        return _invite(request, voice, code)
    try:
        nonce = nonces.read(request.POST.get("nonce", ""), link=code)
    except nonces.StaleNonce:
        return pages.told(request, "failed", status=400)
    if machine(request, code):
        return _invite(request, voice, code)
    if not TRIES.wait(_YES, f"{code} {client_key(request)}"):
        accepted(referral, nonce)
    website = Company.load().website
    if website.startswith("https://"):
        return HttpResponseRedirect(website)
    return pages.show(request, "public/told.html", voice, text=voice.say("referral.accepted"))


def _invite(request: HttpRequest, voice: Voice, code: str) -> HttpResponse:
    referral, nonce = voice.part("referral"), nonces.fresh(code)
    return pages.show(request, "public/arrive.html", voice, referral=referral, nonce=nonce)


ROUTES = (
    Route("a/<str:token>/referral", refer, "refer", None),
    Route("r/<str:code>", arrive, "referral", None),
)
