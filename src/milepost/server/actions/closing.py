"""Closing an invitation by hand: nothing more of it is sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.errors import MilepostError
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Invitation, Member, Message, Person

BY_HAND = "by hand"


class CloseError(MilepostError, ValueError):
    """The invitation is no longer open."""


def close(invitation: Invitation, *, by: Member | None) -> None:
    """Close an invitation that is planned or sent. Its link still takes an answer. Raises CloseError."""
    with writing():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.state not in ("planned", "sent"):
            raise CloseError(_("this invitation is %(state)s already") % {"state": _(row.state)})
        row.state, row.closed_because = "closed", BY_HAND
        row.save(update_fields=["state", "closed_because"])
        Message.objects.filter(invitation=row, state="waiting").update(state="cancelled")
        Person.objects.filter(pk=row.person_id).touch()
        record("close_invitation", row, by)
