"""Counts for pages that may take the database seconds: made beside the page, which says so meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from django.db import connection

from milepost.server.measuring.beside import Beside, Later
from milepost.server.measuring.lane import Lane
from milepost.server.queries.numbers import AT_ONCE, NotYet, room

# A count of three seconds is shown for a minute; the page says when it was made.
TIMES = 20.0
Found = TypeVar("Found")
# One count at a time: the processors and the database are there for those who answer, too.
_LANE = Lane("counting")


def counting(call: Callable[..., Found], *args: Hashable, of: Hashable = None) -> Found:
    """What a call finds in the database; `of` is what else it depends on.

    Nothing of the call may be in words: it knows no reader's language. Raises NotYet while it
    counts, and what the call raises.
    """
    try:
        return _beside().found(call, *args, of=of, seconds=AT_ONCE)
    except Later:
        raise NotYet(0, 1, "") from None


def submit(call: Callable[..., Any], *args: Any) -> Future[Any]:
    """Make a call in the thread that counts."""
    return _LANE.submit(_connected, call, *args)


def _connected(call: Callable[..., Any], *args: Any) -> Any:
    """The thread's own connection is given back: nobody else would close it."""
    try:
        return call(*args)
    finally:
        connection.close()


@cache
def _beside() -> Beside:
    return Beside(submit, room(), TIMES)
