"""Who works with Milepost here, and who is invited."""

from __future__ import annotations

from django.db.models import QuerySet

from milepost import clock
from milepost.server.models import Enrolment, Member


def members() -> QuerySet[Member]:
    """Everybody with an account, active ones first."""
    return Member.objects.order_by("-active", "name", "email")


def open_enrolments() -> QuerySet[Enrolment]:
    """The colleagues whose invitations can still be accepted, the newest first."""
    found = Enrolment.objects.filter(used_at=None, expires_at__gt=clock.now()).exclude(email="")
    return found.select_related("invited_by").order_by("-created_at", "-pk")
