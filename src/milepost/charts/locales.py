"""Numbers and dates in the reader's language: what drawings need, and figures as text."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import get_decimal_symbol, get_group_symbol

from milepost.insight import numbers

# One file in `words` each; English decides which words there are.
LANGUAGES = ("en", "da", "zh")
# How an axis writes the periods, for d3: the day and month stand in the order of the language.
_AXIS = {
    "en": {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y", "quarter": "Q%q %Y", "year": "%Y"},
    "da": {"day": "%-d. %b", "week": "%-d. %b", "month": "%b %Y", "quarter": "%q. kv. %Y", "year": "%Y"},
    "zh": {"day": "%-m月%-d日", "week": "%-m月%-d日", "month": "%Y年%-m月", "quarter": "%Y年第%q季", "year": "%Y"},
}  # fmt: skip


def language(name: str | None) -> str:
    """The language of a page that charts know: its own, else English.

    >>> language("zh-hans"), language("da"), language("fr"), language(None)
    ('zh', 'da', 'en', 'en')
    """
    short = (name or "").lower().replace("_", "-").split("-")[0]
    return short if short in LANGUAGES else "en"


@cache
def words(lang: str) -> dict[str, str]:
    """What charts say, by its name."""
    text = (Path(__file__).parent / "words" / f"{lang}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = loads(text)
    return found


def say(lang: str, name: str, /, **parts: object) -> str:
    """The words of a name, with its parts in their places; what has no words is said as it is."""
    text = words(lang).get(name, name)
    return text.format(**parts) if parts else text


def axis_dates(lang: str, every: str) -> str:
    """The pattern by which an axis writes the beginnings of periods."""
    return _AXIS[lang].get(every, _AXIS[lang]["day"])


def value(number: float | None, unit: str, lang: str) -> str:
    """A value with its unit, as the terminal says it, in the reader's signs.

    >>> value(1082.0684, "percent", "en"), value(1082.0684, "percent", "da"), value(None, "score", "da")
    ('1,082.1 %', '1.082,1 %', '–')
    >>> value(7300.0, "seconds", "en"), value(7300.0, "seconds", "da"), value(7300.0, "seconds", "zh")
    ('2.0 h', '2,0 t', '2.0 小时')
    """
    return signs(_timed(numbers.value(number, unit), unit, lang), lang)


def interval(low: float | None, high: float | None, unit: str, lang: str) -> str:
    """An interval's ends in the reader's signs.

    >>> interval(-5.0, 3.25, "points", "da")
    '−5,0 til 3,2'
    """
    text = numbers.interval(low, high, unit).replace(" to ", f" {say(lang, 'to')} ")
    return signs(_timed(text, unit, lang), lang)


def change(number: float | None, unit: str, lang: str) -> str:
    """A change with its sign, in the reader's signs."""
    return signs(_timed(numbers.change(number, unit), unit, lang), lang)


def count(number: float | None, lang: str) -> str:
    """A number of answers or customers, in the reader's signs."""
    return signs(numbers.count(number), lang)


def day(when: date, lang: str) -> str:
    """A day as the language writes it.

    >>> day(date(2017, 5, 12), "en"), day(date(2017, 5, 12), "da")
    ('12 May 2017', '12. maj 2017')
    """
    return format_date(when, "d MMM y" if lang == "en" else "medium", locale=_locale(lang))


def period(label: str, since: date, lang: str) -> str:
    """A period's label in a language; years and quarters are written alike in all.

    >>> period("May 2017", date(2017, 5, 1), "da"), period("2017 Q2", date(2017, 4, 1), "da")
    ('maj 2017', '2017 Q2')
    """
    if lang == "en":
        return label
    if label == f"week of {since}":
        return say(lang, "week_of", day=day(since, lang))
    if label == since.isoformat():
        return day(since, lang)
    if label == f"{since:%B %Y}":
        return format_skeleton("yMMMM", since, locale=_locale(lang))
    return label


def _timed(text: str, unit: str, lang: str) -> str:
    """A figure whose unit of time, if it has one, is of the language."""
    bare, space, name = text.rpartition(" ")
    return f"{bare}{space}{say(lang, name)}" if unit == "seconds" and space else text


def signs(text: str, lang: str) -> str:
    """English figures with the decimal and thousands signs of a language."""
    return text if lang == "en" else text.translate(_signs(lang))


@cache
def _signs(lang: str) -> dict[int, str]:
    return {ord("."): get_decimal_symbol(lang), ord(","): get_group_symbol(lang)}


@cache
def number_format(lang: str) -> dict[str, Any]:
    """The numbers of a language, as drawings want them."""
    return {
        "decimal": get_decimal_symbol(lang), "thousands": get_group_symbol(lang), "grouping": [3],
        "currency": ["", ""], "minus": "−",
    }  # fmt: skip


@cache
def time_format(lang: str) -> dict[str, Any]:
    """The names of months and days of a language, as drawings want them."""
    locale = _locale(lang)
    # Babel keeps names that stand alone, where a language borrows them, for the next language, too.
    months, days = locale.months["format"], locale.days["format"]
    named = {width: [months[width][i] for i in range(1, 13)] for width in ("wide", "abbreviated")}
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%x %X", "date": "%Y-%m-%d", "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [days["wide"][i] for i in sunday_first],
        "shortDays": [days["abbreviated"][i] for i in sunday_first],
        "months": named["wide"], "shortMonths": named["abbreviated"],
    }  # fmt: skip


@cache
def _locale(lang: str) -> Locale:
    return Locale.parse(lang)
