"""Which answers behind a number were given here, so that their own pages can be led to."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from milepost.server.models import Response


def keys_of(ids: Iterable[str]) -> dict[str, str]:
    """Of ids of answers those that have a page here, with its key."""
    keys = {text: key for text in ids if (key := _key(text))}
    found = Response.objects.filter(key__in=keys.values(), test=False).values_list("key", flat=True)
    there = set(found)
    return {text: str(key) for text, key in keys.items() if key in there}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
