"""Saved searches as their members see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from milepost.server.models import Member, Trend


def visible(member: Member) -> QuerySet[Trend]:
    """A member's own searches, and those that are shown to everybody."""
    return Trend.objects.filter(Q(member=member) | Q(shared=True)).select_related("member")


def changeable(member: Member) -> QuerySet[Trend]:
    """Those that a member may change: the own; an administrator also what everybody sees."""
    if member.role == "administrator":
        return visible(member)
    return visible(member).filter(member=member)
