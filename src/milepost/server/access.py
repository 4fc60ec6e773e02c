"""Who may do what: the rights, the roles that have them, and routes that name the right they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from milepost.server.models import Member

Right = Literal[
    "see", "respond", "release", "people", "export", "share", "ask", "plan", "settings", "members"
]
View = Callable[..., HttpResponseBase]

# What each right lets one do, and who has it. A page names one; nothing is decided in templates.
RIGHTS: dict[Right, tuple[str, ...]] = {
    "see": ("administrator", "manager", "analyst", "responder"),
    "respond": ("administrator", "manager", "responder"),
    "release": ("administrator", "manager", "analyst"),
    "people": ("administrator", "manager", "analyst"),
    "export": ("administrator", "manager", "analyst"),
    "share": ("administrator", "manager", "analyst"),
    "ask": ("administrator", "manager"),
    "plan": ("administrator", "manager"),
    "settings": ("administrator",),
    "members": ("administrator",),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its view, and the right it takes; None: open to anybody who knows the address."""

    path: str
    view: View
    name: str
    right: Right | None

    def pattern(self) -> URLPattern:
        """The address as Django takes it, with its right enforced."""
        view = guarded(self.view, self.right) if self.right else self.view
        return path(self.path, view, name=self.name)


def may(member: Any, right: Right) -> bool:
    """Whether a member (or nobody) has a right."""
    return isinstance(member, Member) and member.active and member.role in RIGHTS[right]


def guarded(view: View, right: Right) -> View:
    """A view for members with a right: others sign in first, or are refused."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url="/sign-in")
        if not may(request.user, right):
            raise PermissionDenied(f"this page takes the right '{right}', which your role has not")
        return view(request, *args, **kwargs)

    return never_cache(guard)


def rights(member: Any) -> dict[str, bool]:
    """Every right and whether a member has it, for the navigation of pages."""
    return {right: may(member, right) for right in RIGHTS}
