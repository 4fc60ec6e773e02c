"""Tags as pages and facts read them: all with their counts, and those of each answer of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet

from milepost.server.models import Response, Tag, Tagging


def counted() -> QuerySet[Tag]:
    """All tags, each with `many`: how many answers bear it, those of tests left out."""
    real = Count("taggings", filter=Q(taggings__response__test=False))
    return Tag.objects.annotate(many=real)


def by_response(day: date) -> dict[int, list[str]]:
    """The tags of the answers of a day: by the answer's id, in the order of their names."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Tagging.objects.filter(response__day=day).order_by("tag__key")
    for key, name in rows.values_list("response_id", "tag__name"):
        found[key].append(name)
    return found


def beside(responses: Sequence[Response]) -> dict[int, list[Tag]]:
    """The tags of some answers, by the answer's id."""
    found: dict[int, list[Tag]] = defaultdict(list)
    rows = Tagging.objects.filter(response__in=responses).select_related("tag")
    for tagging in rows.order_by("tag__key"):
        found[tagging.response_id].append(tagging.tag)
    return found


def names_of(keys: Iterable[int]) -> dict[int, str]:
    """The tags of some answers as one text each, by the answer's id."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Tagging.objects.filter(response__in=list(keys)).order_by("tag__key")
    for key, name in rows.values_list("response_id", "tag__name"):
        found[key].append(name)
    return {key: ", ".join(names) for key, names in found.items()}
