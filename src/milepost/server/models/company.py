"""The company itself: who asks, from which address, in which time zone, and how often at most."""

from __future__ import annotations

from django.db import models

from milepost.server.models.fields import EMAIL_LENGTH

# Days between two askings of one person, over all programs and channels.
BUDGET_DAYS = 30


def usual_budget() -> dict[str, object]:
    """The fatigue budget until somebody changes it: see `milepost.programs.deciding`."""
    return {"days": BUDGET_DAYS}


class Company(models.Model):
    """One row: the company that asks."""

    name = models.CharField(max_length=100, default="Our company")
    time_zone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, default="en")
    sender_name = models.CharField(max_length=100, blank=True, default="")
    sender_address = models.CharField(max_length=EMAIL_LENGTH, blank=True, default="")
    reply_to = models.CharField(max_length=EMAIL_LENGTH, blank=True, default="")
    # Who hears of low scores at touchpoints without an owner; empty: every manager.
    alert_address = models.CharField(max_length=EMAIL_LENGTH, blank=True, default="")
    # Where a referral link leads in the end.
    website = models.CharField(max_length=300, blank=True, default="")
    postal_address = models.CharField(max_length=300, blank=True, default="")
    accent = models.CharField(max_length=7, default="#1f5f8b")
    budget = models.JSONField(default=usual_budget)
    sending = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> Company:
        """The one row; where there is none yet, its defaults, not stored: pages that read write nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
