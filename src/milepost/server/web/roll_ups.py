"""Accounts: the companies that people belong to, and what all of one's people said."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.insight.outline import Contents, Outline
from milepost.insight.selection import Selected
from milepost.server.access import Route
from milepost.server.forms.trends import Showing
from milepost.server.models import Response
from milepost.server.queries import accounts as queries
from milepost.server.queries.conditions import of_account
from milepost.server.queries.numbers import numbers, plan_file
from milepost.server.queries.responses import class_of, is_low
from milepost.server.web.measured import Measured, measured
from milepost.server.web.page import page
from milepost.server.web.telling import sought

_HERE = "people"


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, or those that are searched for."""
    text = sought(request)
    found = queries.accounts(text, after=request.GET.get("after", "")[:100])
    return page(
        request, "web/accounts/list.html", title=_("Accounts"), here=_HERE, text=text, found=found
    )


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One account: its people, what they answered, and what waits."""
    name = request.GET.get("name", "")[:100]
    counts = queries.counts_of(name)
    if not name or not (counts.people or counts.answers):
        raise Http404("no such account")
    showing, contents, shown = Showing(request.GET), None, None
    if counts.answers and plan_file().exists():
        contents, shown = _measured(request, name, showing)
    return page(
        request, "web/accounts/account.html", title=name, here=_HERE, counts=counts, name=name,
        people=queries.people_of(name)[: queries.PAGE], showing=showing,
        contents=contents, shown=shown,
        low=[_row(each) for each in queries.low_answers(name)],
        comments=[_row(each) for each in queries.comments(name)],
    )  # fmt: skip


def _measured(request: HttpRequest, name: str, showing: Showing) -> tuple[Contents, Measured]:
    asked = Selected(
        of_account(name), metric=request.GET.get("metric") or None, every=showing.period
    )
    contents, found = numbers(Outline(), asked)
    address = f"{reverse('responses')}?{urlencode({'account': name})}"
    return contents, measured(found, asked, address=address)


def _row(each: Response) -> tuple[Response, str | None, bool]:
    return each, class_of(each), is_low(each)


ROUTES = (
    Route("accounts", accounts, "accounts", "people"),
    Route("accounts/of", account, "account_of", "people"),
)
