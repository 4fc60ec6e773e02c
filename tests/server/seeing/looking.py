"""Looking at a page as a browser does: while it says that it is measuring, asking again."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from django.test import Client

DAY = date(2026, 10, 1)
_PATIENCE = 60.0


def look(client: Client, path: str, **extra: Any) -> Any:
    """The page itself, once its numbers are there."""
    until = time.monotonic() + _PATIENCE
    while True:
        found = client.get(path, **extra)
        if "Refresh" not in found.headers or time.monotonic() > until:
            return found
        time.sleep(0.2)
