"""How colleagues come in: a link bound to an address and a role, good once and for a week."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils.translation import gettext as _

from milepost import clock
from milepost.errors import MilepostError
from milepost.server.actions.auditing import record
from milepost.server.actions.notices import letter, tell, withdraw
from milepost.server.addresses import absolute
from milepost.server.databases import writing
from milepost.server.models import Company, Enrolment, Member

LASTS = timedelta(days=7)


class EnrolmentError(MilepostError, ValueError):
    """A colleague cannot be invited, or an invitation cannot be accepted."""


def first_link() -> str | None:
    """A new link for the first administrator, in place of the last one; None once there is one."""
    with writing():
        if _has_administrator():
            return None
        Enrolment.objects.filter(email="", used_at=None).delete()
        enrolment, token = _made(email="", role="administrator")
        record("make_first_link", enrolment)
    return absolute("enrol", token)


def invite(email: str, *, role: str, by: Member) -> Enrolment:
    """Invite a colleague by mail; an earlier invitation of the address ends. Raises EnrolmentError."""
    email = email.strip().lower()
    with writing():
        if Member.objects.filter(email=email).exists():
            raise EnrolmentError(
                _("%(email)s is a member already; change the role in the list") % {"email": email}
            )
        for earlier in Enrolment.objects.filter(email=email, used_at=None):
            _end(earlier)
        enrolment, token = _made(email=email, role=role, by=by)
        record("invite", enrolment, by, role=role)
        _write_to(enrolment, token)
    return enrolment


def revoke(enrolment: Enrolment, *, by: Member) -> None:
    """End an invitation that was not used: its link opens nothing any more."""
    with writing():
        record("revoke", enrolment, by)
        _end(enrolment)


def revoke_all_of(member: Member) -> None:
    """End what a member's open invitations promise, when that member's own rights end."""
    with writing():
        for enrolment in Enrolment.objects.filter(invited_by=member, used_at=None):
            record("revoke", enrolment)
            _end(enrolment)


def accept(token: str, *, email: str, name: str, password: str) -> Member:
    """Make the member that a link promises. Raises EnrolmentError where the link is not open.

    `email` counts for the first administrator alone: every other link is bound to its own address.
    """
    with writing():
        enrolment = open_enrolment(token)
        # One update decides between two who use a link at the same moment.
        if enrolment is None or not _used(enrolment):
            raise EnrolmentError("this invitation was used or has ended; ask for a new one")
        address = enrolment.email or email.strip().lower()
        member = Member(email=address, name=name, role=enrolment.role)
        member.set_password(password)
        member.save()
        record("accept", enrolment, member, role=member.role)
    return member


def open_enrolment(token: str) -> Enrolment | None:
    """The invitation that a link's token opens now; None for one used, ended, unknown or too late."""
    found = Enrolment.objects.filter(
        token_hash=_hash(token), used_at=None, expires_at__gt=clock.now()
    ).first()
    if found is None:
        return None
    taken = Member.objects.filter(email=found.email).exists() if found.email else None
    return None if (_has_administrator() if taken is None else taken) else found


def _made(*, email: str, role: str, by: Member | None = None) -> tuple[Enrolment, str]:
    token = secrets.token_urlsafe(32)
    enrolment = Enrolment.objects.create(
        email=email,
        role=role,
        token_hash=_hash(token),
        expires_at=clock.now() + LASTS,
        invited_by=by,
    )
    return enrolment, token


def _write_to(enrolment: Enrolment, token: str) -> None:
    said = {
        "company": Company.load().name,
        "by": enrolment.invited_by,
        "role": _(enrolment.role),
        "days": LASTS.days,
    }
    tell(
        "enrolment",
        to=enrolment.email,
        subject_key=_subject(enrolment),
        content=letter(
            _("%(company)s invites you to Milepost") % said,
            lines=(
                _("%(by)s invites you to work with what the customers of %(company)s say.") % said,
                _(
                    "Your role is %(role)s. The link is good for %(days)s days, once, and for this address only."
                )
                % said,
            ),
            button=(_("Accept the invitation"), absolute("enrol", token)),
        ),
    )


def _end(enrolment: Enrolment) -> None:
    withdraw(_subject(enrolment))
    enrolment.delete()


def _used(enrolment: Enrolment) -> int:
    return Enrolment.objects.filter(pk=enrolment.pk, used_at=None).update(used_at=clock.now())


def _subject(enrolment: Enrolment) -> str:
    return f"enrolment:{enrolment.pk}"


def _has_administrator() -> bool:
    return Member.objects.filter(role="administrator").exists()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
