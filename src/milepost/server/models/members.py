"""Who works with Milepost at the company, how they were invited, and what they changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from milepost.server.models.fields import EMAIL_LENGTH, choice, made_at

# What each may do is in `access`; from most to least.
ROLES = ("administrator", "manager", "analyst", "responder")


class Members(BaseUserManager["Member"]):
    """Finds members by their address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email=(username or "").strip().lower())


class Member(AbstractBaseUser):
    """A colleague with an account. The address is kept in lower case."""

    email = models.EmailField(max_length=EMAIL_LENGTH, unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    role = choice(ROLES, "responder")
    active = models.BooleanField(default=True)
    locale = models.CharField(max_length=16, blank=True, default="")
    # The second factor, once its first code was right; the last step taken cannot be used again.
    totp_secret = models.CharField(max_length=64, blank=True, default="")
    totp_step = models.BigIntegerField(default=0)
    # Part of every session's hash: raised, it ends all of them.
    credentials = models.PositiveIntegerField(default=1)
    created_at = made_at()

    objects: ClassVar[Members] = Members()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("name", "email")

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a column of this name would be a second one
        """Whether the account may be used; Django asks by this name."""
        return self.active

    def get_session_auth_hash(self) -> str:
        """Changes with password, second factor and `credentials`: whatever session stood before ends."""
        return self._hash_of_credentials()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under every earlier secret key, so that a new key ends no session."""
        return (self._hash_of_credentials(key) for key in settings.SECRET_KEY_FALLBACKS)

    def _hash_of_credentials(self, key: str | bytes | None = None) -> str:
        parts = f"{self.password}|{self.totp_secret}|{self.credentials}|{self.active}"
        return salted_hmac("milepost.member", parts, secret=key, algorithm="sha256").hexdigest()


class RecoveryCode(models.Model):
    """One way in without the second factor, for once: the row goes when it is used."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recovery_codes")
    # SHA-256 of the code, which has 80 random bits.
    code_hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "code_hash"], name="recovery_code_once"),
        )


class Enrolment(models.Model):
    """An invitation of a colleague, bound to an address and a role; the first administrator's has no address."""

    email = models.EmailField(max_length=EMAIL_LENGTH, blank=True, default="")
    role = choice(ROLES, "responder")
    # SHA-256 of the link's token: the table alone opens nothing.
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(Member, on_delete=models.CASCADE, null=True)
    created_at = made_at()


class Audit(models.Model):
    """One change that somebody or something made: the verb, the object, and no personal data."""

    at = made_at()
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True)
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["object_kind", "object_id"], name="audit_object"),)
