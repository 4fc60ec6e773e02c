"""Trends: searches among the answers that somebody keeps, to see what becomes of what they find."""

from __future__ import annotations

import uuid

from django.db import models

from milepost.server.models.fields import made_at
from milepost.server.models.members import Member

NAME_LENGTH = 80
QUERY_LENGTH = 2_000


class Trend(models.Model):
    """A search under a name: its owner's, or everybody's.

    `query` is the filter as it stands in the address of the answers, checked when it is kept and
    again whenever it is read.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="trends")
    shared = models.BooleanField(default=False)
    query = models.CharField(max_length=QUERY_LENGTH)
    created_at = made_at()

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=["member", "name"], name="trend_once"),)

    def __str__(self) -> str:
        return self.name
