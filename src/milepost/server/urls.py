"""Every address of the server, room by room."""

from __future__ import annotations

from milepost.server.access import Route
from milepost.server.public.health import ROUTES as HEALTH
from milepost.server.web.home import ROUTES as HOME

ROUTES: tuple[Route, ...] = (*HEALTH, *HOME)

urlpatterns = [route.pattern() for route in ROUTES]
