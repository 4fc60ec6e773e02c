"""What was taken away: every export is told in the audit, without what it held."""

from __future__ import annotations

from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Company, Member


def exported(what: str, form: str, *, filtered: list[str], by: Member) -> None:
    """Note an export: what of, its format, and which filters were set."""
    with writing():
        record("export", Company.load(), by, what=what, format=form, filtered=filtered)
