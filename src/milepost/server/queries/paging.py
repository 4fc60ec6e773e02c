"""Long lists page by page: each page begins where the last one ended, and counts stop at a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

M = TypeVar("M", bound=Model)

PAGE = 50
# Beyond that a list says "more than": counting a million rows takes longer than reading a page.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Listed(Generic[M]):
    """One page of rows. `after` is where the next begins, None on the last."""

    rows: Sequence[M]
    after: str | None = None


def counted(rows: QuerySet[M]) -> int:
    """How many rows there are, at most COUNTED + 1."""
    return rows.order_by()[: COUNTED + 1].count()


def many(count: int) -> str:
    """A number of `counted` in words.

    >>> many(12), many(10_001)
    ('12', 'more than 10,000')
    """
    if count <= COUNTED:
        return number_format(count, force_grouping=True)
    return _("more than %(count)s") % {"count": number_format(COUNTED, force_grouping=True)}
