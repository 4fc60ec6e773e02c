"""Saving a view, and letting go of it."""

from __future__ import annotations

from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Member, View

# More than these nobody finds anything among.
MOST = 50


def save(member: Member, *, title: str, path: str, query: str) -> View | None:
    """Save an address under a title, in place of the view that bore it; None where there are too many."""
    with writing():
        known = View.objects.filter(member=member)
        if known.exclude(title=title).count() >= MOST:
            return None
        view, _ = known.update_or_create(
            title=title, defaults={"path": path, "query": query}, create_defaults={
                "member": member, "title": title, "path": path, "query": query}
        )  # fmt: skip
        record("saved", view, member)
    return view


def forget(view: View, by: Member) -> None:
    """Delete a saved view."""
    with writing():
        record("deleted", view, by)
        view.delete()
