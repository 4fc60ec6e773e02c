"""The imports of the last time."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.server.models import Import

_SHOWN = 50


def latest() -> Sequence[Import]:
    """The newest imports with whoever began them."""
    return list(Import.objects.select_related("member").order_by("-pk")[:_SHOWN])
