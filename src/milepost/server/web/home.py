"""The first page after signing in: what waits to be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from milepost.server.access import Route, may
from milepost.server.models import Company
from milepost.server.queries.rules import zone_of
from milepost.server.queries.waiting import steps, waiting
from milepost.server.web.page import page


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first steps until they are done, and what somebody should look at."""
    company = Company.load()
    found = [each for each in waiting(company, zone_of(company)) if may(request.user, each.right)]
    first = [(each, may(request.user, each.right)) for each in steps(company)]
    return page(
        request, "web/home.html", title="Home", here="home", waiting=found,
        steps=first if not all(each.done for each, _ in first) else [],
    )  # fmt: skip


ROUTES = (Route("", home, "home", "see"),)
