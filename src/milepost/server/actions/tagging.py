"""Tags: put on answers and taken off, one by one or all that a search finds; renamed, recoloured, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.db import IntegrityError
from django.db.models import QuerySet

from milepost.errors import DataError
from milepost.server.actions.auditing import record
from milepost.server.actions.marking import mark
from milepost.server.databases import writing
from milepost.server.models import Member, Response, Tag, Tagging
from milepost.server.models.tags import COLOURS, tidy

# As many answers as are tagged in one transaction, and in one go.
_BATCH = 1_000
MOST = 100_000
Ids = list[int]
Change = Callable[[Tag, Ids, Member], Ids]


class TagTakenError(DataError):
    """Another tag has this name."""

    def __init__(self) -> None:
        super().__init__("another tag has this name; choose that one, or another name")


class TooManyError(DataError):
    """More answers than are changed in one go."""

    def __init__(self) -> None:
        super().__init__(f"at most {MOST:,} answers are tagged in one go; narrow the search")


def named(name: str, by: Member) -> Tag:
    """The tag of a name, made where there is none. Raises ValidationError for what is no name."""
    name = tidy(name)
    try:
        with writing():
            found = Tag.objects.filter(key=name.casefold()).first()
            if found is None:
                found = Tag.objects.create(name=name, colour=Tag.objects.count() % COLOURS)
                record("tag made", found, by)
            return found
    except IntegrityError:
        # Somebody else made it in the same moment.
        return Tag.objects.get(key=name.casefold())


def put(tag: Tag, responses: QuerySet[Response], by: Member) -> int:
    """Put a tag on all answers of a set; how many had it not before. Raises TooManyError."""
    return _changed("tagged", _put, tag, responses, by)


def take(tag: Tag, responses: QuerySet[Response], by: Member) -> int:
    """Take a tag off all answers of a set; how many had it. Raises TooManyError."""
    return _changed("untagged", _take, tag, responses, by)


def edit(tag: Tag, by: Member, *, name: str, colour: int) -> None:
    """Give a tag another name or colour. Raises ValidationError or TagTakenError."""
    name = tidy(name)
    renamed = name != tag.name
    if Tag.objects.filter(key=name.casefold()).exclude(pk=tag.pk).exists():
        raise TagTakenError
    try:
        with writing():
            tag.name, tag.colour = name, colour % COLOURS
            tag.save()
            if renamed:
                _mark(_days(Tagging.objects.filter(tag=tag)))
            record("tag edited", tag, by, renamed=renamed)
    except IntegrityError:
        raise TagTakenError from None


def remove(tag: Tag, by: Member) -> None:
    """Take a tag off all answers, and away."""
    with writing():
        _mark(_days(Tagging.objects.filter(tag=tag)))
        record("tag removed", tag, by, answers=tag.taggings.count())
        tag.delete()


def _changed(verb: str, change: Change, tag: Tag, responses: QuerySet[Response], by: Member) -> int:
    if responses.order_by()[: MOST + 1].count() > MOST:
        raise TooManyError
    many = 0
    for batch in _batches(responses):
        with writing():
            changed = change(tag, batch, by)
            _mark(_days_of(changed))
            many += len(changed)
    with writing():
        record(verb, tag, by, answers=many)
    return many


def _batches(responses: QuerySet[Response]) -> Iterator[Ids]:
    """The ids of a set, some at a time; what is changed meanwhile is neither missed nor seen twice."""
    last = 0
    ids = responses.order_by("pk").values_list("pk", flat=True)
    while batch := list(ids.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1]
        yield batch


def _put(tag: Tag, batch: Ids, by: Member) -> Ids:
    have = set(_having(tag, batch))
    lacking = [key for key in batch if key not in have]
    Tagging.objects.bulk_create(
        (Tagging(tag=tag, response_id=key, by=by) for key in lacking), ignore_conflicts=True
    )
    return lacking


def _take(tag: Tag, batch: Ids, by: Member) -> Ids:
    having = list(_having(tag, batch))
    Tagging.objects.filter(tag=tag, response__in=having).delete()
    return having


def _having(tag: Tag, batch: Ids) -> QuerySet[Tagging, int]:
    found = Tagging.objects.filter(tag=tag, response__in=batch)
    return found.values_list("response_id", flat=True)


def _days_of(keys: Ids) -> Iterable[date]:
    found = Response.objects.filter(pk__in=keys, test=False)
    return found.values_list("day", flat=True).distinct()


def _days(taggings: QuerySet[Tagging]) -> Iterable[date]:
    found = taggings.filter(response__test=False)
    return found.values_list("response__day", flat=True).distinct()


def _mark(days: Iterable[date]) -> None:
    """What answers say of themselves changed: their months are told anew."""
    for month in sorted({day.replace(day=1) for day in days}):
        mark("responses", month)
