"""The duty that forgets what nobody needs any more."""

from __future__ import annotations

from django.conf import settings

from milepost.server.actions.tidying import forget_files, forget_notices


def tidy(worker: str) -> bool:
    """Forget old mails to colleagues and old files of imports; whether there is more to do."""
    forget_files(settings.MILEPOST.own)
    return forget_notices()
