"""Whom an administrator invites, and as what."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from milepost.server.forms.fields import Address
from milepost.server.models.members import ROLES

ROLE_CHOICES = [(role, _(role.capitalize())) for role in ROLES]


class Invite(forms.Form):
    """A colleague's address and role."""

    email = Address(_("Colleague's e-mail address"), autocomplete="off")
    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, initial="analyst")


class Role(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(choices=ROLE_CHOICES)
