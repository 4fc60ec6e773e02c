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
    company,
    entering,
    home,
    importing,
    invitations,
    members,
    people,
    program_editing,
    programs,
    responses,
    signing_in,
    survey_editing,
    survey_linking,
    survey_preview,
    surveys,
)

# One line a module, in the order in which addresses are tried.
MODULES: tuple[ModuleType, ...] = (
    health,
    metrics,
    ask,
    referrals,
    unsubscribing,
    webhooks,
    home,
    signing_in,
    entering,
    account,
    company,
    members,
    people,
    importing,
    survey_editing,
    previewing,
    survey_preview,
    survey_linking,
    surveys,
    program_editing,
    programs,
    invitations,
    responses,
)
ROUTES: tuple[Route, ...] = tuple(route for module in MODULES for route in module.ROUTES)

urlpatterns = [route.pattern() for route in ROUTES]

handler400 = failures.bad_request
handler403 = failures.forbidden
handler404 = failures.not_found
handler500 = failures.server_error
