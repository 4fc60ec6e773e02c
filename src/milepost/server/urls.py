"""Every address of the server, room by room."""

from __future__ import annotations

from types import ModuleType

from milepost.server import failures
from milepost.server.access import Route
from milepost.server.public import (
    ask,
    health,
    metrics,
    previewing,
    referrals,
    unsubscribing,
    webhooks,
)
from milepost.server.web import (
    account,
    board,
    company,
    compare,
    data,
    digests,
    entering,
    home,
    importing,
    invitations,
    members,
    people,
    plan,
    plan_editing,
    plan_start,
    program_editing,
    program_figures,
    programs,
    responses,
    roll_ups,
    shared,
    sharing,
    signing_in,
    stories,
    survey_editing,
    survey_linking,
    survey_preview,
    surveys,
    tags,
    touchpoints,
    trends,
    views,
)
from milepost.server.web import metrics as metric_pages

# One line a module, in the order in which addresses are tried.
MODULES: tuple[ModuleType, ...] = (
    health,
    metrics,
    ask,
    referrals,
    unsubscribing,
    webhooks,
    home,
    metric_pages,
    touchpoints,
    compare,
    signing_in,
    entering,
    account,
    company,
    data,
    plan,
    plan_editing,
    plan_start,
    members,
    people,
    stories,
    roll_ups,
    importing,
    survey_editing,
    previewing,
    survey_preview,
    survey_linking,
    surveys,
    program_editing,
    program_figures,
    programs,
    invitations,
    responses,
    tags,
    trends,
    views,
    board,
    sharing,
    shared,
    digests,
)
ROUTES: tuple[Route, ...] = tuple(route for module in MODULES for route in module.ROUTES)

urlpatterns = [route.pattern() for route in ROUTES]

handler400 = failures.bad_request
handler403 = failures.forbidden
handler404 = failures.not_found
handler500 = failures.server_error
