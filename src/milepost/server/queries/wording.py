"""The first question of an answer as it was put to whoever gave it."""

from __future__ import annotations

from milepost.programs.surveys.placeholders import fill
from milepost.programs.surveys.spoken import voice_of
from milepost.server.models import Company, Version
from milepost.server.queries.asked import document_of


class Wording:
    """The wordings of versions, looked up once each."""

    def __init__(self) -> None:
        self._company = Company.load().name
        self._known: dict[tuple[int, str], str] = {}

    def first(self, version: Version, locale: str) -> str:
        """What a version asked first in a language; what stood there of the asked person is left out."""
        key = version.pk, locale
        if key not in self._known:
            self._known[key] = self._first(version, locale)
        return self._known[key]

    def _first(self, version: Version, locale: str) -> str:
        document = document_of(version)
        spoken = locale if locale in document.locales else document.default_locale
        values = {"company": document.company or self._company}
        kept = version.asked.get(spoken, {}).get("question")
        if kept:
            return fill(kept, values)
        return voice_of(document, spoken, values).say(f"{document.type}.question")
