"""What is done to members: their roles, and whether their accounts may be used."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from milepost.errors import MilepostError
from milepost.server.actions.auditing import record
from milepost.server.actions.enrolments import first_link, revoke_all_of
from milepost.server.databases import writing
from milepost.server.models import Member

__all__ = ["MemberError", "activate", "change_role", "deactivate", "first_link", "rename", "speak"]


class MemberError(MilepostError, ValueError):
    """What was asked would leave the company without an administrator."""


def rename(member: Member, *, name: str) -> None:
    """Change one's own name."""
    with writing():
        member.name = name
        member.save(update_fields=["name"])
        record("rename", member, member)


def speak(member: Member, *, locale: str) -> None:
    """Choose the language of one's pages; empty: whatever the browser asks for."""
    with writing():
        member.locale = locale
        member.save(update_fields=["locale"])
        record("speak", member, member)


def change_role(member: Member, *, role: str, by: Member) -> None:
    """Give a member another role and end their sessions. Raises MemberError for the last administrator."""
    with writing():
        if member.role == role:
            return
        _keep_an_administrator(member)
        revoke_all_of(member)
        _change(member, role=role)
        record("change_role", member, by, role=role)


def deactivate(member: Member, *, by: Member) -> None:
    """Shut an account at once, with every session of it. Raises MemberError for the last administrator."""
    with writing():
        _keep_an_administrator(member)
        revoke_all_of(member)
        _change(member, active=False)
        record("deactivate", member, by)


def activate(member: Member, *, by: Member) -> None:
    """Open an account again; whoever it belongs to signs in anew."""
    with writing():
        _change(member, active=True)
        record("activate", member, by)


def _change(member: Member, **values: object) -> None:
    """Change columns and raise `credentials`, so that no session or reset link from before holds."""
    Member.objects.filter(pk=member.pk).update(credentials=F("credentials") + 1, **values)
    member.refresh_from_db()


def _keep_an_administrator(member: Member) -> None:
    # Locked, so that two administrators who demote each other take turns.
    active = Member.objects.select_for_update().filter(role="administrator", active=True)
    administrators = {found.pk for found in active.order_by("pk")}
    if administrators == {member.pk}:
        raise MemberError(
            _("%(member)s is the last active administrator; make somebody else administrator first")
            % {"member": member}
        )
