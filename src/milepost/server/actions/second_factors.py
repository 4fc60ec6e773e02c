"""The second factor: six digits of an authenticator app, or a recovery code, each good once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import pyotp
from django.core import signing
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from milepost import clock
from milepost.errors import MilepostError
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Company, Member, RecoveryCode

SECONDS = 30
# Codes of the step before and the step after count too: telephones' clocks differ.
_DRIFT = 1
RECOVERY_CODES = 10
_SALT = "milepost.second_factor"
_OFFER_SECONDS = 3600


class SecondFactorError(MilepostError, ValueError):
    """A code that does not fit, or an offer of a secret that is too old."""


def matching_step(secret: str, code: str, *, moment: datetime, after: int) -> int | None:
    """The step of time whose code this is, later than step `after`; None where none fits."""
    codes, now = pyotp.TOTP(secret), int(moment.timestamp()) // SECONDS
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        fits = constant_time_compare(codes.generate_otp(step), code)
        if fits and step > after:
            return step
    return None


def offer(member: Member) -> str:
    """A new secret for a member, signed, so that the page can carry it until its first code is right."""
    return signing.dumps([member.pk, pyotp.random_base32()], salt=_SALT)


def secret_of(offered: str, member: Member) -> str | None:
    """The secret that was offered to this member within the last hour."""
    try:
        pk, secret = signing.loads(offered, salt=_SALT, max_age=_OFFER_SECONDS)
    except signing.BadSignature:
        return None
    return str(secret) if pk == member.pk else None


def enrolment_address(member: Member, secret: str) -> str:
    """The otpauth: address that an authenticator app reads from the QR code."""
    issuer = f"Milepost {Company.load().name}"
    return pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name=issuer)


def switch_on(member: Member, *, secret: str, code: str) -> tuple[str, ...]:
    """Ask for codes from now on; the recovery codes, told this once. Raises SecondFactorError."""
    if member.totp_secret:
        raise SecondFactorError(_("the second factor is on already; switch it off first"))
    step = matching_step(secret, _bare(code), moment=clock.now(), after=0)
    if step is None:
        raise SecondFactorError(
            _("The code does not fit. Wait for the next one and type it at once.")
        )
    with writing():
        member.totp_secret, member.totp_step = secret, step
        member.save(update_fields=["totp_secret", "totp_step"])
        record("switch_on_second_factor", member, member)
        return _new_codes(member)


def switch_off(member: Member, *, by: Member | None = None) -> None:
    """Ask for no codes any more: their own wish, or an administrator's where the telephone is lost.

    `by` is None for whoever has the machine.
    """
    with writing():
        member.totp_secret, member.totp_step = "", 0
        member.save(update_fields=["totp_secret", "totp_step"])
        member.recovery_codes.all().delete()
        record("switch_off_second_factor", member, by)


def renew_codes(member: Member) -> tuple[str, ...]:
    """New recovery codes in place of all there were."""
    with writing():
        record("renew_recovery_codes", member, member)
        return _new_codes(member)


def use_code(member: Member, code: str) -> bool:
    """Whether a code of the app or a recovery code is right; it is used up by this."""
    code = _bare(code)
    with writing():
        return _use_step(member, code) or _use_recovery(member, code)


def _use_step(member: Member, code: str) -> bool:
    found = Member.objects.filter(pk=member.pk).values_list("totp_secret", "totp_step").first()
    secret, last = found or ("", 0)
    step = matching_step(secret, code, moment=clock.now(), after=last) if secret else None
    if step is None:
        return False
    # One update decides between two who show the same code at the same moment.
    taken = Member.objects.filter(pk=member.pk, totp_secret=secret, totp_step__lt=step)
    return bool(taken.update(totp_step=step))


def _use_recovery(member: Member, code: str) -> bool:
    deleted, _ = member.recovery_codes.filter(code_hash=_hash(code)).delete()
    if deleted:
        record("use_recovery_code", member, member)
    return bool(deleted)


def _new_codes(member: Member) -> tuple[str, ...]:
    member.recovery_codes.all().delete()
    codes = [secrets.token_hex(10) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(member=member, code_hash=_hash(code)) for code in codes
    )
    return tuple("-".join(code[at : at + 5] for at in range(0, len(code), 5)) for code in codes)


def _bare(code: str) -> str:
    """A code without the blanks and dashes that make it legible."""
    return "".join(code.split()).replace("-", "").lower()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
