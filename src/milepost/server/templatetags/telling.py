"""Numbers in the reader's locale with their units, and verdicts in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from babel.numbers import format_decimal
from django import template
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

NONE = "–"
_DIGITS = {"percent": 1, "points": 1, "score": 2, "ratio": 3, "count": 0, "money": 2, "days": 1}
# Seconds are read in the largest of these that leaves at least two.
_TIMES = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))
_LOCALES = {"zh-hans": "zh_Hans", "da": "da"}

# How the engine begins the name of a week.
_WEEK = "week of "

register = template.Library()


@register.filter
def figure(number: float | None, unit: str = "count") -> str:
    """A value with its unit, such as `82.1 %`."""
    if number is None:
        return NONE
    if unit == "seconds":
        return _length(number)
    shown = decimal(number, _DIGITS.get(unit, 2))
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
    return f"{decimal(seconds / size, 1)}\u202f{unit}"


# The colour of a word: of what is good, what is bad, and what wants a look.
_TONES = {
    "better": "good", "met": "good", "worse": "bad", "missed": "bad", "cannot tell": "warn",
    "not enough answers": "warn",
}  # fmt: skip


@register.filter
def tone(verdict: str | None) -> str:
    """The class by which a verdict is coloured; empty for what is neither good nor bad."""
    return _TONES.get(verdict or "", "")
