"""The views that a member saved."""

from __future__ import annotations

from milepost.server.models import Member, View


def views_of(member: Member) -> list[View]:
    """A member's saved views by title."""
    return list(View.objects.filter(member=member))
