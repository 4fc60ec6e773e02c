"""What the worker has to do beside sending: mails to colleagues, facts to write anew; and its sign of life."""

from __future__ import annotations

import uuid

from django.db import models

from milepost.server.models.askings import SENDINGS
from milepost.server.models.fields import EMAIL_LENGTH, choice, made_at


class Notice(models.Model):
    """A mail to a colleague: an alert of a low score, an invitation, a reset link, a test of a survey.

    `subject_key` names what it is about, so that the same is told once: `alert:<response>:<address>`.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16)
    subject_key = models.CharField(max_length=320, unique=True)
    to = models.CharField(max_length=EMAIL_LENGTH)
    content = models.JSONField(default=dict)
    state = choice(SENDINGS, "waiting")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = made_at()

    class Meta:
        indexes = (models.Index(fields=["state", "due_at"], name="notice_due"),)


class Dirty(models.Model):
    """A month of a fact that has to be written anew; one row a change, so that no two answers wait for each other."""

    fact = models.CharField(max_length=16)
    month = models.CharField(max_length=7)


class Beat(models.Model):
    """A worker's sign of life."""

    worker = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=100)
    at = models.DateTimeField()
