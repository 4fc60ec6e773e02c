"""People, events and programs of the tests of sending."""

from __future__ import annotations

from tests.server.sending.conftest import due, happened, mailbox, noon, person, program, publish
from tests.server.serving.conftest import place

__all__ = ["due", "happened", "mailbox", "noon", "person", "place", "program", "publish"]
