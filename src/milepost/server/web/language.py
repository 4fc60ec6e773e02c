"""Which language a page is in: the member's own choice, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import activate, check_for_language, get_language


class OwnLanguage:
    """Puts the language in force that the signed-in member has chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = getattr(request.user, "locale", "")
        if chosen and check_for_language(chosen):
            # Django's own, which comes before, has put the browser's wish in force.
            activate(chosen)
            request.LANGUAGE_CODE = get_language()
        return self.get_response(request)
