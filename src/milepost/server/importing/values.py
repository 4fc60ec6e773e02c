"""What people write about a person, as it is kept: addresses, languages, time zones, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from milepost.channels.catalogue import CHANNELS
from milepost.server.importing.phones import e164
from milepost.server.models.fields import EMAIL_LENGTH

ATTRIBUTES, ATTRIBUTE_NAME, ATTRIBUTE_VALUE = 50, 60, 500

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words(
    "1 y yes true on x j ja s si sí sim o oui vrai wahr verdadero verdadeiro 是 はい "
    "हाँ हां نعم ok agreed consented granted opted-in opt-in subscribed"
)
_NO = _words(
    "0 n no false off nej nein não nao non faux falsch falso 否 いいえ नहीं لا denied "
    "refused declined withdrawn opted-out opt-out unsubscribed"
)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_LONGEST_BLANK = 8
# What is written where nothing is known.
_BLANKS = frozenset(("", "-", "–", "n/a", "#n/a", "na", "null", "none", "nil", "\\n"))
_LANGUAGES_NAMED = _words("en da zh de fr es pt ar ja hi sv nb nn no fi nl it pl cs tr ru uk ko he")


class Unusable(ValueError):
    """A value that cannot be kept; the text is the reason, without the value."""


def clean(text: str) -> str:
    r"""Text on one line, without controls and outer blanks.

    >>> clean(" Ada\x00 \nLovelace ")
    'Ada Lovelace'
    """
    if text.isprintable() and "  " not in text:
        # A million rows: nearly every cell is plain.
        return text.strip()
    return " ".join(_CONTROLS.sub(" ", text).split())


def blank(text: str) -> bool:
    """Whether a cell says nothing.

    >>> blank("N/A"), blank("0")
    (True, False)
    """
    return len(text) <= _LONGEST_BLANK and text.strip().lower() in _BLANKS


def bounded(text: str, most: int) -> str:
    """Clean text of at most `most` characters. Raises Unusable."""
    found = clean(text)
    if len(found) > most:
        raise Unusable(f"longer than {most} characters")
    return found


def email(text: str) -> str:
    """An address in lower case. Raises Unusable.

    >>> email(" Ada@Example.COM ")
    'ada@example.com'
    """
    found = clean(text).lower().removeprefix("mailto:")
    # Django knows the rarer ones too, but takes five times as long.
    if not _PLAIN_EMAIL.fullmatch(found):
        try:
            validate_email(found)
        except ValidationError:
            raise Unusable("not an e-mail address") from None
    return bounded(found, EMAIL_LENGTH)


def phone(text: str, region: str | None = None) -> str:
    """A number in E.164; `region` is the country of those without a country code. Raises Unusable.

    >>> phone("32 12 34 56", "DK"), phone("0045 32123456")
    ('+4532123456', '+4532123456')
    """
    found = clean(text)
    if found.startswith("00"):
        found = f"+{found[2:]}"
    if not region and not found.startswith("+"):
        raise Unusable("a phone number without its country code, and no country was named")
    number = e164(found, region)
    if number is None:
        raise Unusable("not a phone number")
    return number


@lru_cache(4096)
def locale(text: str) -> str:
    """A language tag that Babel knows; languages may be named in English or in themselves. Raises Unusable.

    >>> locale("da_dk"), locale("Deutsch"), locale("zh-hant")
    ('da-DK', 'de', 'zh-Hant')
    """
    found = clean(text).replace("_", "-")
    found = _languages().get(found.casefold(), found)
    try:
        return bounded(str(Locale.parse(found, sep="-")).replace("_", "-"), 16)
    except (UnknownLocaleError, ValueError):
        raise Unusable("not a language that is known; write da, pt-BR or zh-Hant") from None


@lru_cache(4096)
def zone(text: str) -> str:
    """A time zone by its IANA name, whatever its case. Raises Unusable.

    >>> zone("europe/copenhagen")
    'Europe/Copenhagen'
    """
    found = _zones().get(clean(text).replace(" ", "_").lower())
    if not found:
        raise Unusable("not a time zone; write one such as Europe/Copenhagen")
    return found


@lru_cache(1024)
def truth(text: str) -> bool:
    """Yes or no, in the words of several languages. Raises Unusable.

    >>> truth("Ja"), truth("0")
    (True, False)
    """
    word = clean(text).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unusable("neither yes nor no")


@lru_cache(256)
def channel(text: str) -> str:
    """A channel that reaches people, by its name or title. Raises Unusable.

    >>> channel("E-mail")
    'email'
    """
    reaching = [one for one in CHANNELS if one.address]
    named = {word.casefold(): one.name for one in reaching for word in (one.name, one.title)}
    found = named.get(clean(text).casefold())
    if not found:
        raise Unusable(f"not a channel; there are {', '.join(one.name for one in reaching)}")
    return found


@lru_cache(256)
def region(text: str) -> str:
    """A country of phone numbers by its two letters. Raises Unusable."""
    found = clean(text).upper()
    if found not in phonenumbers.SUPPORTED_REGIONS:
        raise Unusable("not a country; write its two letters, such as DK")
    return found


@cache
def region_of(time_zone: str) -> str | None:
    """The country a time zone lies in, the first default for phone numbers.

    >>> region_of("Europe/Copenhagen"), region_of("UTC")
    ('DK', None)
    """
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == time_zone), None)


def attributes(given: Mapping[str, str]) -> dict[str, str]:
    """Free attributes within their bounds, those without a value left out. Raises Unusable."""
    found = {}
    for name, value in given.items():
        kept = bounded(value, ATTRIBUTE_VALUE)
        if kept:
            found[attribute_name(name)] = kept
    if len(found) > ATTRIBUTES:
        raise Unusable(f"more than {ATTRIBUTES} attributes")
    return found


def attribute_name(text: str) -> str:
    """An attribute's name within its bounds. Raises Unusable."""
    found = bounded(text, ATTRIBUTE_NAME)
    if not found:
        raise Unusable("an attribute without a name")
    return found


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _languages() -> dict[str, str]:
    english = Locale("en").languages
    found = {english[code].casefold(): code for code in _LANGUAGES_NAMED if code in english}
    for code in _LANGUAGES_NAMED:
        own = Locale.parse(code).get_language_name(code)
        if own:
            found[own.casefold()] = code
    return found
