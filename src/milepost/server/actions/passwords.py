"""Passwords: checked in the same time whoever asks, changed, and set anew by a link that a mail brings."""

from __future__ import annotations

import secrets
from datetime import datetime
from threading import BoundedSemaphore

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.actions.notices import letter
from milepost.server.addresses import absolute
from milepost.server.databases import writing
from milepost.server.models import Company, Member, Notice

# Argon2 takes 100 MB while it runs: a crowd at the door must not take all the memory.
_HASHING = BoundedSemaphore(2)


class _Links(PasswordResetTokenGenerator):
    """Tokens of reset links: void as soon as anything about the account's credentials changes."""

    key_salt = "milepost.reset"

    def _make_hash_value(self, user: Member, timestamp: int) -> str:
        seen = user.last_login.timestamp() if user.last_login else 0
        return f"{user.pk}|{user.get_session_auth_hash()}|{seen:.0f}|{timestamp}|{user.email}"

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)


_LINKS = _Links()


def who(email: str, password: str) -> Member | None:
    """The active member of an address and a password.

    An unknown address, a wrong password and an inactive account take the same time.
    """
    with _HASHING:
        member = authenticate(None, username=email, password=password)
    return member if isinstance(member, Member) else None


def knows(member: Member, password: str) -> bool:
    """Whether somebody who is signed in knows the account's password."""
    return who(member.email, password) == member


def change_password(member: Member, *, password: str) -> None:
    """Set a new password; every session but the one that the view renews ends."""
    with writing():
        member.set_password(password)
        member.save(update_fields=["password"])
        record("change_password", member, member)


def ask_reset(email: str) -> None:
    """Send the link that sets a new password, if the address is an active member's.

    Nobody can tell by the answer or its time whether it is: for an address that is nobody's the
    same rows are written, of a mail that does not go.
    """
    member = Member.objects.filter(email=email, active=True).first()
    content = _letter(member or Member(pk=0, email=email))
    with writing():
        notice = Notice.objects.create(
            kind="reset",
            subject_key=f"reset:{secrets.token_hex(16)}",
            to=member.email if member else "",
            content=content if member else {},
            state="waiting" if member else "cancelled",
            due_at=clock.now(),
        )
        record("ask_reset", notice, account=member.pk if member else None)


def make_link(member: Member) -> str:
    """A link that sets a new password, for whoever has the machine to hand on."""
    with writing():
        record("make_reset_link", member)
    return _link(member)


def reset_of(pk: int, token: str) -> Member | None:
    """The active member whose reset link this is; None for one used, too old, or of nobody."""
    member = Member.objects.filter(pk=pk, active=True).first()
    return member if member and _LINKS.check_token(member, token) else None


def reset(pk: int, token: str, *, password: str) -> bool:
    """Set the password of whoever a reset link is for; False where the link opens nothing by now.

    Two who use a link at the same moment take turns, and the second finds it used.
    """
    hashed = make_password(password)
    with writing():
        member = Member.objects.select_for_update().filter(pk=pk, active=True).first()
        if member is None or not _LINKS.check_token(member, token):
            return False
        member.password = hashed
        member.save(update_fields=["password"])
        record("change_password", member, member)
    return True


def _letter(member: Member) -> dict[str, object]:
    said = {"email": member.email, "company": Company.load().name}
    with override(member.locale or get_language()):
        return letter(
            _("Set a new password"),
            lines=(
                _("Somebody asked to set a new password for %(email)s at %(company)s.") % said,
                _("If it was you, use the link within an hour. If not, there is nothing to do."),
            ),
            button=(_("Set a new password"), _link(member)),
        )


def _link(member: Member) -> str:
    return absolute("reset_password", member.pk, _LINKS.make_token(member))
