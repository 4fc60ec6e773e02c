"""One customer's whole story: askings and why-nots, answers, and what the company's own facts tell."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from milepost.engine.story import Story, Told
from milepost.insight.outline import Outline
from milepost.server.access import Route
from milepost.server.models import Company, Person
from milepost.server.queries import people, stories
from milepost.server.queries.numbers import numbers, plan_file
from milepost.server.queries.rules import zone_of
from milepost.server.web.page import page
from milepost.server.web.strip import strip

# What kinds are called; a fact of the plan's own goes by its name.
KINDS = {
    "asking": gettext_lazy("asked"), "message": gettext_lazy("message"),
    "answer": gettext_lazy("answer"), "not asked": gettext_lazy("not asked"),
    "event": gettext_lazy("event"), "events": gettext_lazy("event"),
    "orders": gettext_lazy("order"), "subscriptions": gettext_lazy("subscription"),
    "tickets": gettext_lazy("ticket"), "contacts": gettext_lazy("contact"),
    "visits": gettext_lazy("visit"), "carts": gettext_lazy("cart"),
    "referrals": gettext_lazy("referral"), "mentions": gettext_lazy("mention"),
    "reviews": gettext_lazy("review"), "responses": gettext_lazy("answer elsewhere"),
    "invitations": gettext_lazy("asked elsewhere"), "customers": gettext_lazy("customer"),
}  # fmt: skip


@require_GET
def story(request: HttpRequest, key: UUID) -> HttpResponse:
    """All that is known to have happened to a person, on one line in time."""
    person = get_object_or_404(Person, key=key)
    company = Company.load()
    # Without a plan there are no facts, and the story is the server's own.
    told, contents = Told(), None
    if plan_file().exists():
        contents, told = numbers(Outline(), Story(person.customer_id))
    kind, zone = request.GET.get("kind", ""), zone_of(company)
    whole = stories.whole(people.story(person), told, kind=kind, zone=zone)
    return page(
        request, "web/people/story.html", title=_("Story of %(person)s") % {"person": person},
        here="people", person=person, kind=kind, most=stories.MOST,
        total=sum(many for name, many in whole.kinds), lines=whole.lines,
        kinds=[(name, KINDS.get(name, name), many) for name, many in whole.kinds],
        months=[
            (at, [(line, KINDS.get(line.kind, line.kind)) for line in lines])
            for at, lines in whole.months
        ],
        strip=strip(whole.lines, KINDS, zone=zone), contents=contents,
    )  # fmt: skip


ROUTES = (Route("people/<uuid:key>/story", story, "story", "people"),)
