"""Tags: short names that members put on answers, and who put which on which when."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from milepost.server.models.answers import Response
from milepost.server.models.fields import made_at
from milepost.server.models.members import Member

TAG_LENGTH = 40
# How many colours there are to tell tags apart; their names stand beside them always.
COLOURS = 8


def tidy(name: str) -> str:
    """A tag's name on one line.

    Raises ValidationError where it is none. Several tags of an answer are told with commas, so that
    none has one.

    >>> tidy("  late   courier ")
    'late courier'
    """
    found = " ".join(name.replace(",", " ").split())
    if not found or len(found) > TAG_LENGTH or not found.isprintable():
        raise ValidationError(f"a tag has 1 to {TAG_LENGTH} letters, and no comma")
    return found


class Tag(models.Model):
    """A word for what answers are about. `key` is the name without its case: each is there once."""

    name = models.CharField(max_length=TAG_LENGTH)
    key = models.CharField(max_length=3 * TAG_LENGTH, unique=True)
    colour = models.PositiveSmallIntegerField(default=0)
    created_at = made_at()

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Keeps the key as the name is."""
        self.key = self.name.casefold()
        super().save(*args, **options)


class Tagging(models.Model):
    """One tag on one answer."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="taggings")
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    at = made_at()

    class Meta:
        # The other way round the foreign key's own index serves.
        constraints = (models.UniqueConstraint(fields=["tag", "response"], name="tagged_once"),)
