"""The people who may be asked, what happened to them, and the files they came from."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

from django.db import models

from milepost import clock
from milepost.server.models.fields import EMAIL_LENGTH, choice, made_at

STATUSES = ("active", "unsubscribed", "bounced", "complained", "erased")


_KEY = 80


class People(models.QuerySet["Person"]):
    """Sets of people by what is asked of them everywhere."""

    def counted(self) -> People:
        """Those who count: test people never do."""
        return self.filter(test=False)

    def present(self) -> People:
        """All but the erased."""
        return self.exclude(status="erased")

    def update(self, **values: Any) -> int:
        """Changes columns; keeps when that was, for deciding looks at whoever changed."""
        return super().update(**{"updated_at": clock.now(), **values})

    update.alters_data = True  # type: ignore[attr-defined]

    def touch(self) -> None:
        """Have them decided about again, for something changed that is not in their rows."""
        self.update()


def folded(text: str) -> str:
    """Text as it is searched: without case and accents, on one line.

    >>> folded("  Zoë  ØRSTED ")
    'zoe ørsted'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def search_keys(name: str, account: str) -> dict[str, str]:
    """What a person is found by: the columns `name_key`, `surname_key` and `account_key`.

    >>> search_keys("Ada King, Countess of Lovelace", "ØRSTED A/S")
    {'name_key': 'ada king, countess of lovelace', 'surname_key': 'lovelace', 'account_key': 'ørsted a/s'}
    """
    key = _folded(name)
    return {
        "name_key": key[:_KEY],
        "surname_key": key.rpartition(" ")[2][:_KEY],
        "account_key": _folded(account)[:_KEY],
    }


def _folded(text: str) -> str:
    # A million names: what needs no decomposition is not decomposed.
    return " ".join(text.lower().split()) if text.isascii() else folded(text)


class Person(models.Model):
    """Somebody who may be asked.

    `email` is in lower case, `phone` in E.164, both None where unknown; each of external id,
    e-mail and phone names one person only. `consent` maps a channel to true or false.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    external_id = models.CharField(max_length=100, null=True, unique=True)
    email = models.CharField(max_length=EMAIL_LENGTH, null=True, unique=True)
    phone = models.CharField(max_length=16, null=True, unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    # What a search goes by: the folded name, its last word, and the folded account; `save` and every
    # bulk write set them.
    name_key = models.CharField(max_length=_KEY, blank=True, default="", db_index=True)
    surname_key = models.CharField(max_length=_KEY, blank=True, default="", db_index=True)
    locale = models.CharField(max_length=16, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    account = models.CharField(max_length=100, blank=True, default="")
    account_key = models.CharField(max_length=_KEY, blank=True, default="", db_index=True)
    attributes = models.JSONField(default=dict)
    preferred_channel = models.CharField(max_length=16, blank=True, default="")
    consent = models.JSONField(default=dict)
    status = choice(STATUSES, "active")
    status_since = models.DateTimeField(null=True)
    status_reason = models.CharField(max_length=200, blank=True, default="")
    # Never counted, and asked only by hand.
    test = models.BooleanField(default=False)
    # When they became a customer, and when they last had to do with the company.
    joined_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    # What their next asking goes by; kept beside the invitations so that a million are decided quickly.
    last_asked_at = models.DateTimeField(null=True, db_index=True)
    created_at = made_at()
    # When anything of the row last changed: by `save`, `update` and every bulk write.
    updated_at = models.DateTimeField(null=True, default=clock.now, db_index=True)

    class Meta:
        indexes = (
            models.Index(fields=["status"], name="person_status"),
            # Few among millions: an index of them alone costs nothing.
            models.Index(fields=["id"], condition=models.Q(test=True), name="person_test"),
        )

    objects = People.as_manager()

    def __str__(self) -> str:
        return self.name or self.email or self.phone or self.external_id or str(self.key)

    @property
    def customer_id(self) -> str:
        """What the engine knows them by: their external id, else `person:<key>`."""
        return self.external_id or f"person:{self.key}"

    def save(self, *args: Any, **options: Any) -> None:
        """Keeps the columns that a person is found by as the name and the account are, and when the row changed."""
        keys = search_keys(self.name, self.account)
        for column, key in keys.items():
            setattr(self, column, key)
        self.updated_at = clock.now()
        columns = options.get("update_fields")
        if columns is not None:
            followed = keys if {"name", "account"}.intersection(columns) else ()
            options["update_fields"] = {*columns, *followed, "updated_at"}
        super().save(*args, **options)


class Event(models.Model):
    """Something that happened to a person: an order delivered, a ticket opened, an onboarding done.

    `key` is the company's own id of it; the same name and key again is the same event.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=100, null=True)
    at = models.DateTimeField()
    touchpoint = models.CharField(max_length=60, blank=True, default="")
    channel = models.CharField(max_length=16, blank=True, default="")
    details = models.JSONField(default=dict)
    received_at = made_at()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "key"], name="event_once"),)
        indexes = (
            models.Index(fields=["person", "at"], name="event_person"),
            models.Index(fields=["name", "received_at"], name="event_name"),
        )


class Import(models.Model):
    """A file of people or events that was uploaded: how it is mapped, how far it is, what was refused."""

    kind = choice(("people", "events"), "people")
    file_name = models.CharField(max_length=200)
    # The upload and its rejects, relative to the server's own folder.
    path = models.CharField(max_length=300)
    mapping = models.JSONField(default=dict)
    state = choice(("uploaded", "waiting", "running", "done", "failed"), "uploaded")
    read = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True, default="")
    member = models.ForeignKey("server.Member", on_delete=models.SET_NULL, null=True)
    claimed_by = models.CharField(max_length=64, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    created_at = made_at()
    ended_at = models.DateTimeField(null=True)
