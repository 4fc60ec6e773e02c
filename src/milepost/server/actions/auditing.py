"""The audit's lines: who did what to which object, without personal data."""

from __future__ import annotations

from django.db import models

from milepost.server.models import Audit, Member


def record(verb: str, thing: models.Model, by: Member | None = None, **detail: object) -> Audit:
    """Write one line of the audit; call it inside the transaction of what it tells."""
    kind = thing._meta.model_name or ""
    return Audit.objects.create(
        verb=verb, object_kind=kind, object_id=str(thing.pk), member=by, detail=detail
    )
