"""Whole addresses of this server for mails and the terminal, as people reach it from outside."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def absolute(name: str, *args: object) -> str:
    """The whole address of a route by its name, under the setting `url`."""
    return settings.MILEPOST.text("url").rstrip("/") + reverse(name, args=args)
