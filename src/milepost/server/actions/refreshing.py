"""Asking for the data to be looked at anew: noted, so that a page can tell what came of it."""

from __future__ import annotations

from datetime import timedelta

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Audit, Company, Member
from milepost.server.queries.data import REFRESH

# Who asks so soon after another asks for the same.
_TOGETHER = timedelta(seconds=5)


def refresh_now(by: Member) -> Audit:
    """Have the sources looked at again and built where they changed; two who ask at once ask for one."""
    with writing():
        just = Audit.objects.filter(verb=REFRESH, at__gt=clock.now() - _TOGETHER)
        return just.first() or record(REFRESH, Company.load(), by)
