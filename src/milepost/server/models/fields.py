"""Columns that several tables have: random ids that tell nothing of their order, tokens, choices."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.validators import MaxLengthValidator
from django.db import models

from milepost import clock

TOKEN_LENGTH = 22
# Room for any address that mail can be sent to.
EMAIL_LENGTH = 254


def random_id() -> int:
    """A row's id that does not tell when it was made, so that anonymous answers cannot be put in order."""
    return secrets.randbits(62) + 1


def token() -> str:
    """128 random bits for a link that nobody can guess: 22 characters."""
    return secrets.token_urlsafe(16)


def random_key() -> models.BigAutoField[int, int]:
    """A primary key by `random_id`."""
    return models.BigAutoField(primary_key=True, default=random_id)


def token_field() -> models.CharField[str, str]:
    """A unique token for links."""
    return models.CharField(max_length=TOKEN_LENGTH, unique=True, default=token, editable=False)


def choice(names: Iterable[str], default: str) -> models.CharField[str, str]:
    """One of a few words."""
    return models.CharField(
        max_length=16, choices=[(name, name) for name in names], default=default
    )


def made_at() -> models.DateTimeField[datetime, datetime]:
    """When the row was made, by the one clock."""
    return models.DateTimeField(default=clock.now, editable=False)


def long_text(limit: int) -> models.TextField[str, str]:
    """Text that people write, at most `limit` characters."""
    return models.TextField(blank=True, default="", validators=[MaxLengthValidator(limit)])
