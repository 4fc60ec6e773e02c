"""The shared pages' company."""

from __future__ import annotations

from tests.server.sharing.conftest import now, plan

__all__ = ["now", "plan"]
