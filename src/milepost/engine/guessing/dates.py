"""How a column writes its dates, as far as a sample tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.words import mentions
from milepost.engine.mapping.detect import FORMATS

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?")
_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:[-_]?(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
# Trying a hundred formats takes time; most columns cannot be dates at first sight.
_LIKE_ONE = re.compile(r"^\d{1,4}[-/. ].*\d{2}|^\d{8}(\D|$)|^[A-Za-z]{3,9} \d{1,2}, \d")
_FIRST_LOOK = 40
_MOST = 4_000
_FIT = 0.9
# A survey of long ago is rarer than a time of day that a spreadsheet dated 1899.
_EARLIEST, _LATEST = 1985, 2100


@dataclass(frozen=True, slots=True)
class Dates:
    """The formats that read a column equally well (None: ISO, or the file's own type), its days.

    Two formats mean that day and month cannot be told apart; `against` holds a date for each that
    only it reads, where the file contradicts itself.
    """

    formats: tuple[str | None, ...]
    first: date
    last: date
    against: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether day or month may come first."""
        return len(self.formats) > 1


def dates_of(column: Profile) -> Dates | None:
    """How the column writes dates, or None where it holds none.

    >>> from milepost.engine.guessing.profile import profile
    >>> dates_of(profile("day", "text", ["31/12/2017", "01/02/2018"])).formats
    ('%d/%m/%Y',)
    """
    texts = list(column.values)[:_MOST]
    if not texts:
        return None
    iso = [day for text in texts if (day := _iso(text))]
    if column.is_time or len(iso) >= _FIT * len(texts):
        return _dates((None,), iso, texts)
    read = {form: [day for text in texts if (day := _read(text, form))] for form in _short(column)}
    best = max(map(len, read.values()), default=0)
    winners = [form for form, days in read.items() if len(days) == best]
    if best < _FIT * len(texts):
        return None
    apart = [form for form in winners if read[form] != read[winners[0]]]
    if not apart:
        return _dates((winners[0],), read[winners[0]], texts)
    return _either((winners[0], apart[0]), read, texts, column)


def day_in(name: str) -> date | None:
    """The day, or the first day of the month or year, that a file's name holds.

    >>> day_in("2017_Customer_Survey"), day_in("nps-2024-03")
    (datetime.date(2017, 1, 1), datetime.date(2024, 3, 1))
    """
    found = _IN_NAME.search(name)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def _either(
    formats: tuple[str, str],
    read: Mapping[str, Sequence[date]],
    texts: Sequence[str],
    column: Profile,
) -> Dates | None:
    """Both formats, unless a value that was not among the first tells which of them it is."""
    rest = list(column.values)[_MOST:]
    later = [sum(1 for text in rest if _read(text, form)) for form in formats]
    if later[0] != later[1]:
        sure = formats[later[1] > later[0]]
        return _dates((sure,), read[sure], texts)
    found = _dates(formats, read[formats[0]], texts)
    return replace(found, against=_against(formats, [*texts, *rest])) if found else None


def _against(formats: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """The first text that only the first format reads, and the first that only the second does."""
    first, second = formats
    only = [
        next((text for text in texts if _read(text, mine) and not _read(text, other)), None)
        for mine, other in ((first, second), (second, first))
    ]
    return tuple(text for text in only if text)


def _dates(
    formats: tuple[str | None, ...], days: Iterable[date], texts: Sequence[str]
) -> Dates | None:
    likely = sorted(day for day in days if _EARLIEST <= day.year <= _LATEST)
    if len(likely) < _FIT * len(texts) or not likely:
        return None
    return Dates(formats, likely[0], likely[-1])


def _short(column: Profile) -> list[str]:
    """The formats that read the first values at all."""
    look = list(column.values)[:_FIRST_LOOK]
    if 2 * sum(1 for text in look if _LIKE_ONE.search(text)) < len(look):
        return []
    # Eight digits are rather a number, unless the name says that they are a day.
    bare = mentions(column.name, ["date", "day", "dato", "datum", "time", "timestamp"])
    return [
        form
        for form in FORMATS
        if ("%Y%m%d" not in form or bare)
        and sum(1 for text in look if _read(text, form)) >= _FIT / 2 * len(look)
    ]


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 -- only the day is looked at
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    if not _ISO.fullmatch(text):
        return None
    parts = [int(part) for part in re.findall(r"\d+", text[:10])[:3]]
    try:
        return date(*parts)
    except (ValueError, TypeError):
        return None
