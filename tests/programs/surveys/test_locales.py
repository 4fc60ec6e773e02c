"""The language that is chosen for a reader, against RFC 4647 and the Unicode locale data."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.surveys.locales import LOCALES, match_locale


@pytest.mark.parametrize(
    ("offered", "wanted", "best"),
    [
        (["en", "da"], "da, en-gb;q=0.8, en;q=0.7", "da"),
        (["en", "da"], "en-gb;q=0.8, da;q=0.9", "da"),
        (["en", "da"], "da;q=0, en", "en"),
        (["en", "da"], "da;q=0", "en"),
        (["da", "en"], "sv", "da"),
        (["da", "en"], "", "da"),
        (["da", "en"], "*", "da"),
        (["en", "pt"], "pt-BR", "pt"),
        (["en", "pt"], "pt_BR", "pt"),
        (["en", "zh-Hans"], "zh-TW", "zh-Hans"),
        (["en", "zh-Hans"], "zh-TW,en;q=0.5", "en"),
        (["zh-Hant", "zh-Hans"], "zh", "zh-Hans"),
        (["en", "zh-Hans", "zh-Hant"], "zh-HK", "zh-Hant"),
        (["en", "zh-Hans", "zh-Hant"], "zh-Hans-HK", "zh-Hans"),
        (["en", "zh-Hant"], "zh-Hant-CN-x-private1-private2", "zh-Hant"),
        (["en", "de"], "fr;q=oops,de", "de"),
    ],
)
def test_the_best_language_is_found(offered: list[str], wanted: str, best: str) -> None:
    assert match_locale(offered, wanted) == best


def test_a_reader_gets_the_language_and_script_of_their_locale() -> None:
    shipped = {locale.split("-")[0] for locale in LOCALES}
    readers = [Locale.parse(name) for name in locale_identifiers()]
    known = [each for each in readers if each.language in shipped and each.script != "Latn"]
    assert len(known) > 100
    for reader in known:
        chosen = Locale.parse(match_locale(LOCALES, str(reader).replace("_", "-")), sep="-")
        assert chosen.language == reader.language
        if reader.language == "zh":
            assert chosen.script == (reader.script or "Hans"), reader


@given(st.text(max_size=3_000))
def test_no_header_is_too_strange(header: str) -> None:
    assert match_locale(LOCALES, header) in LOCALES
