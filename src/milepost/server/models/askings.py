"""Who was considered and what was decided, who is asked, and every sending of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from milepost.server.models.fields import choice, made_at, random_key, token_field
from milepost.server.models.people import Event, Person
from milepost.server.models.surveys import Program, Survey, Version

STATES = ("planned", "sent", "answered", "closed")
SENDINGS = ("waiting", "claimed", "sent", "failed", "cancelled")


class Decision(models.Model):
    """What was decided about one person (and, where one set it off, one event) in a program, as it now stands.

    `reason` is one of `milepost.programs.deciding`'s; `detail` has what its words need; `since` is
    when it first came out so.
    """

    # The indexes below serve these two as well: a million rows are written in one go.
    program = models.ForeignKey(Program, on_delete=models.CASCADE, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, db_index=False)
    asked = models.BooleanField()
    reason = models.CharField(max_length=32)
    detail = models.JSONField(default=dict)
    until = models.DateTimeField(null=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["program", "person"], condition=Q(event=None), name="decision_person"
            ),
            models.UniqueConstraint(
                fields=["event", "program"], condition=Q(event__isnull=False), name="decision_event"
            ),
        )
        indexes = (
            # For lists and counts by reason, and for what is worth deciding again.
            models.Index(fields=["program", "reason", "until"], name="decision_reason"),
        )


class Invitation(models.Model):
    """One asking of one person. Its token is the link's; `attributes` are the event's details.

    `repeats` counts sendings whose outcome a crash swallowed, so that they were sent once more.
    An anonymous survey's invitation knows only that it was answered, never when or what.
    """

    id = random_key()
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token = token_field()
    program = models.ForeignKey(Program, on_delete=models.PROTECT, null=True)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT)
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    event = models.ForeignKey(Event, on_delete=models.SET_NULL, null=True)
    touchpoint = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=16, default="email")
    locale = models.CharField(max_length=16, default="en")
    attributes = models.JSONField(default=dict)
    state = choice(STATES, "planned")
    # Why it was closed without an answer: bounced, unsubscribed, held, expired, ...
    closed_because = models.CharField(max_length=32, blank=True, default="")
    test = models.BooleanField(default=False)
    repeats = models.PositiveIntegerField(default=0)
    created_at = made_at()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # A relationship asking is not of an event; two workers must not make it twice.
            models.UniqueConstraint(
                fields=["program", "event"], condition=Q(event__isnull=False), name="invited_once"
            ),
            models.UniqueConstraint(
                fields=["program", "person"],
                condition=Q(event=None, state="planned"),
                name="planned_once",
            ),
        )
        indexes = (
            models.Index(fields=["person", "due_at"], name="invitation_person"),
            models.Index(fields=["program", "state"], name="invitation_state"),
            models.Index(fields=["due_at"], name="invitation_due"),
            models.Index(fields=["state", "due_at"], name="invitation_state_due"),
            models.Index(fields=["sent_at"], name="invitation_sent"),
        )


class Message(models.Model):
    """One sending of an invitation over one channel: the first (ordinal 1) or its reminder (2)."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="messages")
    ordinal = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=16, default="email")
    state = choice(SENDINGS, "waiting")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    # Message-ID in a mail: the row's own, so that a bounce finds its way back.
    external_id = models.CharField(max_length=255, blank=True, default="", db_index=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["invitation", "ordinal"], name="message_once"),
        )
        indexes = (models.Index(fields=["state", "due_at"], name="message_due"),)
