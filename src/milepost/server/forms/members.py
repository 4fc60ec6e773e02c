"""Whom an administrator invites, and as what."""

from __future__ import annotations

from django import forms

from milepost.server.forms.fields import Address
from milepost.server.models.members import ROLES

ROLE_CHOICES = [(role, role.capitalize()) for role in ROLES]


class Invite(forms.Form):
    """A colleague's address and role."""

    email = Address("Colleague's e-mail address", autocomplete="off")
    role = forms.ChoiceField(choices=ROLE_CHOICES, initial="analyst")


class Role(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(choices=ROLE_CHOICES)
