"""Personal referral links, and who came by them."""

from __future__ import annotations

from django.db import models

from milepost.server.models.fields import made_at, token
from milepost.server.models.people import Person


class Referral(models.Model):
    """A person's own link to pass on: `/r/<code>`."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE)
    code = models.CharField(max_length=22, unique=True, default=token)
    created_at = made_at()


class Acceptance(models.Model):
    """Somebody who came by a referral link and said yes; `nonce` is the page's, so that one yes is one."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="acceptances")
    nonce = models.CharField(max_length=64, unique=True)
    at = made_at()
