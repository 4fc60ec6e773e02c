"""Saved views: addresses of pages with their filters, under a name that somebody gave them."""

from __future__ import annotations

from django.db import models

from milepost.server.models.members import Member


class View(models.Model):
    """A page with its lens, for the member who saved it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="views")
    title = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("title", "pk")
        constraints = (models.UniqueConstraint("member", "title", name="one_view_a_title"),)

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"{self.path}?{self.query}" if self.query else self.path
