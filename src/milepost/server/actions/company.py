"""What is set for the whole company on the settings page."""

from __future__ import annotations

from collections.abc import Mapping

from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Company, Member


def change_company(values: Mapping[str, object], *, by: Member) -> Company:
    """Set columns of the company's one row; the audit tells which changed, not to what."""
    with writing():
        company = Company.load()
        changed = [name for name, value in values.items() if getattr(company, name) != value]
        for name in changed:
            setattr(company, name, values[name])
        company.save()
        if changed:
            record("change_settings", company, by, changed=changed)
    return company
