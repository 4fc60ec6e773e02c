"""What leaves the site: links for others that only show, and digests that go by mail."""

from __future__ import annotations

import uuid

from django.db import models

from milepost.server.models.fields import choice, made_at
from milepost.server.models.members import Member

TITLE_LENGTH = 80
QUERY_LENGTH = 1_000
KINDS = ("map", "board", "metric")
EVERY = ("day", "week", "month")


class Share(models.Model):
    """A link to one page for whoever has it. `query` is the lens it looks through, `metric` that of its kind.

    It opens nothing once it is revoked or has ended, or when its maker may share no more.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=TITLE_LENGTH)
    kind = choice(KINDS, "map")
    metric = models.CharField(max_length=100, blank=True, default="")
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, default="")
    # SHA-256 of the link's token: the table alone opens nothing.
    token_hash = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="shares")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = made_at()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.title


class Digest(models.Model):
    """The scorecard by mail, through a lens, at an hour of the company's zone.

    A month's goes on its first such weekday; a day's has none. `failures` are those since it was
    last composed; `error` says why.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=TITLE_LENGTH)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="digests")
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, default="")
    every = choice(EVERY, "week")
    # Monday is 0.
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=8)
    recipients = models.ManyToManyField(Member, related_name="received_digests")
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    # The time it stands for while it is tried again.
    due_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    created_at = made_at()

    class Meta:
        ordering = ("title", "pk")
        indexes = (models.Index(fields=["active", "next_at"], name="digest_due"),)

    def __str__(self) -> str:
        return self.title
