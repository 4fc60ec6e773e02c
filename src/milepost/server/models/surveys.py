"""What is asked, version by version, and by which rules whom and when."""

from __future__ import annotations

from django.db import models

from milepost.server.models.fields import choice, made_at, token_field

KINDS = ("relationship", "transactional")


class Survey(models.Model):
    """A survey. `document` is its draft as `milepost.programs.surveys` reads it; what is asked is a version."""

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    document = models.JSONField()
    # The newest version that was published; None while it is a draft only.
    current = models.ForeignKey("Version", on_delete=models.PROTECT, null=True, related_name="+")
    archived = models.BooleanField(default=False)
    # The anonymous link and the QR code lead here; off, they say that the survey is closed.
    token = token_field()
    open_link = models.BooleanField(default=False)
    touchpoint = models.CharField(max_length=60, blank=True, default="")
    created_at = made_at()
    updated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One wording of a survey as it was asked; never changed, never deleted while an answer names it."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    # The hash of what a respondent is asked.
    fingerprint = models.CharField(max_length=16)
    document = models.JSONField()
    # Every word of it as it was shown, shipped texts included: those may be improved later.
    asked = models.JSONField(default=dict)
    # Marks a change of wording in the trend, in the words of whoever made it.
    note = models.CharField(max_length=200, blank=True, default="")
    marked = models.BooleanField(default=False)
    created_at = made_at()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["survey", "number"], name="version_number"),)


class Program(models.Model):
    """Whom we ask what and when. `document` is the rule as `milepost.programs.deciding` reads it."""

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="programs")
    kind = choice(KINDS, "relationship")
    document = models.JSONField()
    active = models.BooleanField(default=False)
    # The worker decides it again when this is past.
    decide_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # A fingerprint of all that the last round over everybody went by.
    decided_by = models.CharField(max_length=64, blank=True, default="")
    # What the last round of deciding counted, by reason.
    counts = models.JSONField(default=dict)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    created_at = made_at()
    updated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
