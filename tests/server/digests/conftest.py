"""The shared pages' company, and the mail server of sending."""

from __future__ import annotations

from tests.server.sending.conftest import mailbox
from tests.server.sharing.conftest import now, plan

__all__ = ["mailbox", "now", "plan"]
