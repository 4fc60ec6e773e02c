"""People, events and programs of the tests of sending."""

from __future__ import annotations

from tests.server.sending.conftest import due, happened, noon, person, program, publish

__all__ = ["due", "happened", "noon", "person", "program", "publish"]
