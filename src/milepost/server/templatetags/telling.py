"""Numbers in the reader's locale with their units, and verdicts in the reader's language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from string import Formatter

from babel.numbers import format_decimal
from django import template
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext

from milepost.server.titles import defined, titled
from milepost.server.words import SENTENCES, TIME

NONE = "–"
_DIGITS = {"percent": 1, "points": 1, "score": 2, "ratio": 3, "count": 0, "money": 2, "days": 1}
# Seconds are read in the largest of these that leaves at least two.
_TIMES = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))
_LOCALES = {"zh-hans": "zh_Hans", "da": "da"}

# How the engine begins the name of a week.
_WEEK = "week of "
# A figure as English texts write it.
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.(\d+))?")

register = template.Library()
register.filter(titled)
register.filter(defined)


@register.filter
def figure(number: float | None, unit: str = "count") -> str:
    """A value with its unit, such as `82.1 %`."""
    if number is None:
        return NONE
    if unit == "seconds":
        return _length(number)
    shown = decimal(number, _DIGITS.get(unit, 2))
    if unit == "days":
        return f"{shown}\u202f{pgettext(TIME, 'd')}"
    return f"{shown}\u202f%" if unit == "percent" else shown


@register.filter
def moved(number: float | None, unit: str = "count") -> str:
    """A change with its sign, without its unit but for times."""
    if number is None:
        return NONE
    sign = "+" if number > 0 else ""
    return sign + (_length(number) if unit == "seconds" else decimal(number, _DIGITS.get(unit, 2)))


@register.filter
def count(number: float | None) -> str:
    """A number of answers, customers or rows."""
    return NONE if number is None else decimal(number, 0)


@register.filter
def chance(p: float | None) -> str:
    """A p-value."""
    if p is None:
        return NONE
    return f"<{decimal(0.001, 3)}" if p < 0.001 else decimal(p, 3)


@register.filter
def swing(number: float | None, unit: str = "count") -> str:
    """How far either way, such as `±3.8`: a difference of percents is no percent."""
    return NONE if number is None else "±" + moved(abs(number), unit).removeprefix("+")


@register.filter
def day(value: object) -> object:
    """A day in the reader's words; anything else as it is."""
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else value


@register.filter
def named(name: str) -> str:
    """A segment's or column's name as a label, such as `Favourite colour`; a fact's in the reader's language."""
    return gettext(capfirst(name.replace("_", " ")))


def amid(name: str) -> str:
    """A segment's name within a sentence: as a label, but small where it is written small."""
    label = named(name)
    return label if name[:1].isupper() else label[:1].lower() + label[1:]


@register.filter
def period(label: str | None) -> str:
    """The name of a period as the language writes it; English is what the engine names it in."""
    text = label or ""
    if locale() == "en":
        return text
    week = text.startswith(_WEEK)
    for written, shown in (("%Y-%m-%d", "DATE_FORMAT"), ("%B %Y", "YEAR_MONTH_FORMAT")):
        try:
            since = datetime.strptime(text.removeprefix(_WEEK), written).replace(tzinfo=UTC)
        except ValueError:
            continue
        told = date_format(since.date(), shown)
        return gettext("week of %(day)s") % {"day": told} if week else told
    return text


@register.filter
def words(text: str | None) -> str:
    """A verdict, a course or a name of insight's in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def sentence(text: str) -> str:
    """What insight tells beside numbers, in the reader's language; a text of another shape as it is."""
    for form, pattern in _forms():
        if found := pattern.fullmatch(text):
            return gettext(form).format(**{k: _filled(k, v) for k, v in found.groupdict().items()})
    return text


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences there are, with what finds them again."""
    return [(form, _pattern(form)) for form in SENTENCES]


def _pattern(form: str) -> re.Pattern[str]:
    """What a sentence with holes looks like when they are filled; a hole that comes twice is filled alike."""
    made, seen = "", set()
    for text, hole, _spec, _conversion in Formatter().parse(form):
        made += re.escape(text)
        if hole:
            made += f"(?P={hole})" if hole in seen else f"(?P<{hole}>.+?)"
            seen.add(hole)
    return re.compile(made)


def _filled(hole: str, text: str) -> str:
    if hole == "period":
        return period(text)
    found = _FIGURE.fullmatch(text)
    return decimal(float(found[0].replace(",", "")), len(found[1] or "")) if found else text


@register.filter
def method(text: str | None) -> str:
    """How an interval was found, in the reader's language."""
    return ", ".join(map(gettext, text.split(", "))) if text else ""


@register.simple_tag
def between(low: float | None, high: float | None, unit: str = "count") -> str:
    """An interval's ends, such as `37.2 to 42.4`."""
    if low is None or high is None:
        return ""
    if unit == "seconds":
        return gettext("%(low)s to %(high)s") % {"low": _length(low), "high": _length(high)}
    digits = _DIGITS.get(unit, 2)
    ends = {"low": decimal(low, digits), "high": decimal(high, digits)}
    return gettext("%(low)s to %(high)s") % ends


def decimal(number: float, digits: int) -> str:
    """A number with so many digits after the point, in the reader's locale, and a true minus."""
    return _written(round(number, digits) + 0.0, digits, locale())


@lru_cache(maxsize=20_000)
def _written(number: float, digits: int, named: str) -> str:
    zeros = "0" * digits
    pattern = f"#,##0.{zeros}" if digits else "#,##0"
    return format_decimal(number, pattern, locale=named).replace("-", "−")


def locale() -> str:
    """The reader's locale as Babel names it."""
    return _LOCALES.get(get_language() or "en", "en")


def _length(seconds: float) -> str:
    size, unit = next((size, unit) for least, size, unit in _TIMES if abs(seconds) >= least)
    return f"{decimal(seconds / size, 1)}\u202f{pgettext(TIME, unit)}"


# The colour of a word: of what is good, what is bad, and what wants a look.
_TONES = {
    "better": "good", "met": "good", "worse": "bad", "missed": "bad", "cannot tell": "warn",
    "not enough answers": "warn",
}  # fmt: skip


@register.filter
def tone(verdict: str | None) -> str:
    """The class by which a verdict is coloured; empty for what is neither good nor bad."""
    return _TONES.get(verdict or "", "")
