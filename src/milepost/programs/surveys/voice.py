"""Milepost's own words in one language, as a page or a mail says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from milepost.programs.surveys.locales import Direction, direction, shipped
from milepost.programs.surveys.placeholders import fill

# The sections that all surveys share, as keys begin.
SHARED = ("page.", "error.", "mail.", "unsubscribe.", "referral.", "review.", "poster.")


@dataclass(frozen=True, slots=True)
class Voice:
    """One language: its BCP 47 tag, its direction, its texts by dotted key, and standing values.

    A text that is said is plain text: whoever puts it into HTML escapes it there.
    """

    lang: str
    direction: Direction
    texts: Mapping[str, str]
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """A text with its placeholders filled; KeyError where there is no such text."""
        return fill(self.texts[key], {**self.values, **values})

    def part(self, section: str) -> dict[str, str]:
        """The texts of a section, such as `page` or `mail.intro`, filled with standing values."""
        start = f"{section}."
        found = (key for key in self.texts if key.startswith(start))
        return {key.removeprefix(start): self.say(key) for key in found}


def speak(
    locale: str,
    *,
    values: Mapping[str, object] | None = None,
    own: Mapping[str, str] | None = None,
) -> Voice:
    """The voice of a language of LOCALES; `own` texts stand over shipped ones."""
    return Voice(locale, direction(locale), {**shipped(locale), **(own or {})}, values or {})
