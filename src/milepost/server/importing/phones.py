"""Phone numbers in E.164: the plain ones by a table of their country, all others as libphonenumber reads them."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

_PLAIN = re.compile(r"\+?[0-9][0-9 ().-]*")
_BETWEEN = str.maketrans("", "", " ().-")
_LONGEST_CODE = 3
_CODES = {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
_NEVER = re.compile(r"(?!)")


def e164(text: str, region: str | None) -> str | None:
    """The number, if it is a possible one; `region` is the country of those without a country code.

    By length alone: which ranges are given out changes faster than any list of them.

    >>> e164("+45 32 12 34 56", None), e164("020 7946 0018", "GB"), e164("12", "DK")
    ('+4532123456', '+442079460018', None)
    """
    # The library takes as long for a number as the rest of an import for its whole row.
    quick = _quick(text, region) if _PLAIN.fullmatch(text) else None
    return quick or _parsed(text, region)


def _quick(text: str, region: str | None) -> str | None:
    """A number in which there is nothing to find out: no prefix for calls at home or abroad, a usual length."""
    digits = text.translate(_BETWEEN)
    if digits.startswith("+"):
        return _from_abroad(digits[1:])
    code = phonenumbers.country_code_for_region(region) if region else 0
    if not region or not code:
        return None
    home, abroad, _ = _rules(region)
    if digits.startswith(str(code)) or home.match(digits) or abroad.match(digits):
        return None
    return f"+{code}{digits}" if len(digits) in _lengths(str(code)) else None


def _from_abroad(digits: str) -> str | None:
    ends = range(1, _LONGEST_CODE + 1)
    code = next((digits[:end] for end in ends if digits[:end] in _CODES), "")
    national = digits[len(code) :]
    if len(national) not in _lengths(code) or _rules(_CODES[code])[0].match(national):
        return None
    return f"+{digits}"


@cache
def _lengths(code: str) -> frozenset[int]:
    """How long a country's numbers may be; none for codes that are no country's."""
    return _rules(_CODES[code])[2] if code in _CODES else frozenset()


@cache
def _rules(region: str) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[int]]:
    """A region's prefixes of calls at home and abroad, and its lengths."""
    found = PhoneMetadata.metadata_for_region(region, None)
    if found is None:
        return _NEVER, _NEVER, frozenset()
    prefixes = (found.national_prefix_for_parsing, found.international_prefix)
    home, abroad = (re.compile(prefix) if prefix else _NEVER for prefix in prefixes)
    lengths = found.general_desc.possible_length if found.general_desc else ()
    return home, abroad, frozenset(lengths)


def _parsed(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
