"""What a page says while its numbers are measured, or when they cannot be: one place for all views."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.errors import BusyError, DataError
from milepost.server.measuring.outcome import Refused
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal
from milepost.server.web import drawing
from milepost.server.web.page import page

# Seconds until a browser without scripts asks again; one with scripts does so in place.
_AGAIN = 1
# The cookie by which site.js says that scripts run, the part of the page that asks again, and what
# tells a program that a page waits.
SCRIPTS, WAITING, WAITED = "scripts", "waiting", "Milepost-Measured"


class Waiting:
    """Turns what keeps a view from its numbers into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.headers.get("HX-Target") != WAITING or WAITED in answer.headers:
            return answer
        # What was waited for is there: the browser loads it as a page of its own.
        return HttpResponse(headers={"HX-Refresh": "true", "Cache-Control": "no-store"})

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """The page instead of the one that was asked for; None for what is a bug."""
        match exception:
            case NotYet():
                return _waiting(request, exception)
            case NoPlan():
                return redirect("plan_start")
            case Refusal():
                return _refused(request, exception)
            case DataError() | BusyError() if request.user.is_authenticated:
                return _refused(request, Refusal(Refused("question", (str(exception),))))
        return None


def _waiting(request: HttpRequest, soon: NotYet) -> HttpResponse:
    drawing.warm()
    # What somebody typed is sent again by hand: asking again by itself would forget it.
    posted = request.method == "POST"
    scripts = request.COOKIES.get(SCRIPTS) == "on" and not posted
    answer = page(
        request, "web/waiting.html", title=_("Measuring"), here="", soon=soon, scripts=scripts,
        posted=posted, typed=[*_typed(request)],
    )  # fmt: skip
    answer.headers[WAITED] = f"{soon.done}/{soon.of}"
    if not scripts and not posted:
        answer.headers["Refresh"] = str(_AGAIN)
    return answer


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name in request.POST:
        if name != "csrfmiddlewaretoken":
            yield from ((name, value) for value in request.POST.getlist(name))


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    title = _("The plan has mistakes") if refusal.what == "plan" else _("This cannot be measured")
    return page(request, "web/refused.html", title=title, here="", status=422, refusal=refusal)
