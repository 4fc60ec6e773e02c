"""The history of the plan's file as pages changed it, and the plan that is still being made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from milepost.server.models.fields import choice, made_at
from milepost.server.models.members import Member

# pending: about to be written; lost: never was; unsure: another hand came before anybody looked.
STATES = ("pending", "written", "lost", "unsure")


class PlanEdit(models.Model):
    """One change of milepost.yaml: the whole text before and after, so that any of it can be undone.

    `verb` is one of `milepost.server.actions.plans.VERBS`; `about` the name of what it is about. The
    hashes are SHA-256 of the file's bytes, empty where there was no file.
    """

    at = made_at()
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True)
    verb = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True, default="")
    why = models.CharField(max_length=200, blank=True, default="")
    state = choice(STATES, "pending")
    before_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    after_hash = models.CharField(max_length=64, db_index=True)
    before = models.TextField(blank=True, default="")
    after = models.TextField()

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("-pk",)


class PlanDraft(models.Model):
    """One row: what was said so far on the way to a first plan; it goes when the plan is written."""

    document = models.JSONField(default=dict)
    updated_at = models.DateTimeField(null=True)

    @classmethod
    def load(cls) -> PlanDraft:
        """The one row; where there is none yet, an empty one, not stored."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
