"""Mails into a folder instead of away, to try everything out: each as a mail file and as a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from milepost import clock
from milepost.files import replacing
from milepost.server.settings import MAILS

# What a file's name may not hold on every system, a path's own signs among it.
_STRANGE = re.compile(r"[^\w@.+-]")
_LONGEST = 100


class EmailBackend(BaseEmailBackend):
    """Writes `mails/<time>-<address>.eml`, for a mail program, and `.html`, for a browser."""

    def send_messages(self, messages: Sequence[Any]) -> int:
        """Write each mail; how many there were. Raises OSError where the folder cannot be written."""
        for message in messages:
            _write(message)
        return len(messages)


def _write(message: Any) -> None:
    folder = settings.MILEPOST.folder / MAILS
    folder.mkdir(mode=0o700, exist_ok=True)
    at = clock.now().strftime("%Y-%m-%dT%H%M%S.%f")
    name = _STRANGE.sub("_", f"{at}-{message.to[0]}")[:_LONGEST]
    parts = {".eml": message.message().as_bytes()}
    for content, kind in getattr(message, "alternatives", ()):
        parts |= {".html": content.encode()} if kind == "text/html" else {}
    for suffix, content in parts.items():
        with replacing(folder / f"{name}{suffix}") as partial:
            partial.write_bytes(content)
