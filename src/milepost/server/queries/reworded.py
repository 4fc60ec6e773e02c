"""Where a survey was worded anew, as marks on the trends of what it asks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from milepost.insight.one.asking import Happened
from milepost.server.models import Version


def reworded(question_type: str | None, touchpoint: str | None, zone: ZoneInfo) -> list[Happened]:
    """The versions that somebody marked, of surveys that ask such a question at a touchpoint.

    A survey without a touchpoint may have been asked at any.
    """
    if question_type is None:
        return []
    marked = (
        Version.objects.filter(marked=True).select_related("survey").order_by("created_at", "pk")
    )
    return [
        Happened(each.created_at.astimezone(zone).date(), _words(each))
        for each in marked
        if each.survey.document["type"] == question_type
        and each.survey.touchpoint in ("", touchpoint or "")
    ]


def _words(version: Version) -> str:
    return f"{version.survey.title}: {version.note or f'version {version.number}'}"
