"""The pages for what went wrong: what happened and what to do, without a stack and without the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# Title, and what to do about it. Anybody may see them: respondents, members, scanners.
_WORDS = {
    400: (_("This request cannot be read"), _("Go back, load the page again and try once more.")),
    403: (
        _("This page is not open to you"),
        _("Your role does not allow it. An administrator can change your role."),
    ),
    404: (
        _("There is nothing here"),
        _("The link may be old or mistyped, or what it led to is gone."),
    ),
    429: (_("Too many tries"), _("For safety we let nobody try this often.")),
    500: (
        _("Something went wrong on our side"),
        _("Nothing that was confirmed is lost. Please try again in a minute."),
    ),
}
_FORGERY = (
    _("The form was open too long, or came from elsewhere"),
    _(
        "Nothing was changed. Go back, load the page again and try once more. Cookies must be allowed."
    ),
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _failure(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but without the right."""
    return _failure(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or none that this member may know of."""
    return _failure(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug, or the database is away."""
    return _failure(500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the token that our page gave it."""
    return _page(403, *_FORGERY)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429, with the whole seconds to wait in Retry-After and in words."""
    response = _failure(429, wait=_in_words(wait))
    response.headers["Retry-After"] = str(wait)
    return response


def _failure(status: int, wait: str = "") -> HttpResponse:
    return _page(status, *_WORDS[status], wait=wait)


def _page(
    status: int, title: StrOrPromise, advice: StrOrPromise, *, wait: str = ""
) -> HttpResponse:
    # Rendered without the request: whose page it is would be asked of a database that may be away.
    text = render_to_string(
        "web/failure.html", {"title": title, "advice": advice, "status": status, "wait": wait}
    )
    return HttpResponse(text, status=status, headers={"Cache-Control": "no-store"})


def _in_words(seconds: int) -> str:
    """A wait in words.

    >>> _in_words(1), _in_words(59), _in_words(61)
    ('1 second', '59 seconds', '2 minutes')
    """
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
