"""Marks of months whose facts have to be written anew; made in the transaction of what changed them."""

from __future__ import annotations

from datetime import date

from milepost.server.models import Dirty


def mark(fact: str, day: date) -> None:
    """The month of a day of a fact changed. One row each time: writers never wait for each other."""
    Dirty.objects.create(fact=fact, month=f"{day:%Y-%m}")
