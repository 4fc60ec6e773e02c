"""What came back: one response an invitation, every earlier state of it, and what speaks for a machine."""

from __future__ import annotations

import uuid

from django.db import models

from milepost.server.models.askings import Invitation
from milepost.server.models.fields import choice, long_text, random_key, token
from milepost.server.models.members import Member
from milepost.server.models.people import Person
from milepost.server.models.surveys import Program, Survey, Version

COMMENT_LENGTH = 5_000


class Response(models.Model):
    """What one respondent answered, as it now stands.

    `nonce` is the page's, so that a double click is one answer where no invitation stands behind it.
    An anonymous response has no person, no invitation, no address and no time: its day only.
    `day` is the date in the company's time zone. `further` maps a question's name to its answer.
    """

    id = random_key()
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, null=True)
    nonce = models.CharField(max_length=64, unique=True, default=token)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT)
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, null=True)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="responses"
    )
    touchpoint = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=16, default="link")
    locale = models.CharField(max_length=16, default="en")
    # What travelled with the asking, and the person's attributes at that time.
    attributes = models.JSONField(default=dict)
    score = models.SmallIntegerField(null=True)
    answer = long_text(COMMENT_LENGTH)
    comment = long_text(COMMENT_LENGTH)
    further = models.JSONField(default=dict)
    call_me = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True, default="")
    state = choice(("partial", "complete"), "partial")
    anonymous = models.BooleanField(default=False)
    test = models.BooleanField(default=False)
    day = models.DateField()
    answered_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    # When somebody got in touch: from then on the score stands, and a new one is kept apart.
    contacted_at = models.DateTimeField(null=True)
    contacted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True)
    recovery = models.SmallIntegerField(null=True)
    recovered_at = models.DateTimeField(null=True)
    # What speaks for a machine; quarantined, it is counted apart until somebody releases it.
    signals = models.JSONField(default=list)
    quarantined = models.BooleanField(default=False)
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["survey", "day"], name="response_day"),
            models.Index(fields=["answered_at"], name="response_time"),
            models.Index(fields=["day"], name="response_feed"),
            models.Index(fields=["quarantined"], name="response_quarantine"),
        )


class Change(models.Model):
    """An earlier state of a response, as it was until `at`."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    before = models.JSONField()

    class Meta:
        ordering = ("at", "id")
