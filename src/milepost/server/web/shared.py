"""The page behind a link for others: what it shows, redacted, without a way into the site.

It is open to whoever has the link, and lies among the pages of the site because it is made of their parts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from milepost.insight.journey.asking import JourneyMap
from milepost.insight.one.asking import One, OneMetric
from milepost.insight.outline import Contents, MetricOf, Outline
from milepost.insight.shared import SharedMap, SharedMetric
from milepost.server.access import Route
from milepost.server.failures import too_many
from milepost.server.forms.lens import LostFilter
from milepost.server.forms.periods import choices, value
from milepost.server.forms.sharing import Opened
from milepost.server.forms.told_filters import filters_of
from milepost.server.limits import TRIES, Limit, client_key, limited
from milepost.server.models import Share
from milepost.server.queries.numbers import NoPlan, NotYet, Refusal, numbers
from milepost.server.queries.sharing import open_share
from milepost.server.templatetags.telling import amid
from milepost.server.titles import titled
from milepost.server.web import board, drawing
from milepost.server.web.home import drawn

# A waiting page asks again every second, and a whole office may wait behind one address.
_OPENS = Limit("shared pages", most=600, seconds=60)
_GUESSES = Limit("unknown shared links", most=60, seconds=60)
_AGAIN = 1

Shown = Callable[[HttpRequest, Share, Opened, Contents], HttpResponse]


@never_cache
@require_safe
@limited(_OPENS, methods=("GET", "HEAD"))
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a link shows; nothing is found behind one that is unknown, ended or taken back."""
    share = open_share(token)
    if share is None:
        wait = TRIES.wait(_GUESSES, client_key(request))
        if wait:
            return too_many(request, wait)
        raise Http404("no such link")
    answer = _answered(request, share)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _answered(request: HttpRequest, share: Share) -> HttpResponse:
    """The page, or in the same dress that it is coming, or that there is none: a plan's mistakes stay inside."""
    try:
        (contents,) = numbers(Outline())
        opened = Opened.of(share, request.GET, contents)
        return _SHOWN[share.kind](request, share, opened, contents)
    except NotYet as soon:
        answer = _page(request, "wait", share, title=_("Measuring"), soon=soon)
        answer.headers["Refresh"] = str(_AGAIN)
        return answer
    except LostFilter:
        return _page(request, "none", share, title=share.title, status=410, gone=True)
    except (NoPlan, Refusal):
        return _page(request, "none", share, title=share.title, status=503)


def _map(request: HttpRequest, share: Share, opened: Opened, contents: Contents) -> HttpResponse:
    asked = JourneyMap(None, opened.lens.until, opened.lens.where())
    (found,) = numbers(SharedMap(asked, opened.within))
    return _page(
        request, "map", share, title=contents.company, map=found, **drawn(found, contents, None),
        **_choice(opened, contents, found.since, found.until),
    )  # fmt: skip


def _board(request: HttpRequest, share: Share, opened: Opened, contents: Contents) -> HttpResponse:
    asked = JourneyMap(None, opened.lens.until, opened.lens.where())
    (found,) = numbers(SharedMap(asked, opened.within))
    leads = board.leading(found)
    trend = None
    if leads:
        course = board.course_of(leads, found, contents, opened.lens.where())
        (one,) = numbers(SharedMetric(course, opened.within))
        trend = one.trend
    return _page(
        request, "board", share, title=contents.company, map=found,
        **board.told(found, contents, leads, trend or ()),
        **_choice(opened, contents, found.since, found.until),
    )  # fmt: skip


def _metric(request: HttpRequest, share: Share, opened: Opened, contents: Contents) -> HttpResponse:
    known = contents.metric(share.metric)
    if known is None:
        raise Http404("the metric is gone")
    lens = opened.lens
    since, until = board.stretch(contents, lens.until) if lens.until else (None, None)
    asked = OneMetric(known.name, lens.touchpoint, None, since, until, lens.where())
    (one,) = numbers(SharedMetric(asked, opened.within))
    shown = (one.cell.since, one.cell.until) if one.cell else (None, None)
    return _page(
        request, "metric", share, title=titled(known.title), metric=known, one=one,
        point=contents.touchpoint(lens.touchpoint or ""), charts=_charts(one, known, contents),
        **_choice(opened, contents, *shown),
    )  # fmt: skip


def _choice(
    opened: Opened, contents: Contents, since: date | None, until: date | None
) -> dict[str, Any]:
    """What whoever looks may choose: a closed period, and one value of a segment."""
    return {
        "contents": contents, "opened": opened, "periods": choices(contents),
        "filters": filters_of(opened.own.at(None).query, contents),
        "period": value(since, until) if opened.lens.until and since and until else "",
        "free": [each for each in contents.segments if each.name not in opened.own.segments],
    }  # fmt: skip


def _charts(one: One, known: MetricOf, contents: Contents) -> dict[str, Any]:
    """The metric's charts; no mark of them leads anywhere."""
    made: dict[str, Any] = {}
    if one.trend:
        made["trend"] = drawing.trend(
            one.trend, contents, None, title=_("Over time"), happened=one.happened
        )
    made["cuts"] = [
        drawing.ranking(cut, contents, None, title=_("By %(name)s") % {"name": amid(cut.name)})
        for cut in one.cuts
    ]
    made["spread"] = drawing.spread(one, known, contents, None)
    return made


def _page(
    request: HttpRequest, name: str, share: Share, *, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    shell = {"title": title, "share": share, "shared": True}
    return render(request, f"public/shared/{name}.html", {**shell, **context}, status=status)


_SHOWN: dict[str, Shown] = {"map": _map, "board": _board, "metric": _metric}

ROUTES = (Route("shared/<str:token>", shared, "shared", None),)
