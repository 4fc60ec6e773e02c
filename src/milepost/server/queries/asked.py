"""What stands behind a respondent's link: the survey as it was asked, and whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from milepost.programs.surveys.document import parse
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Invitation, Message, Response, Survey, Version

# A scanner may be quicker than the note that the mail went out: until then its claim counts.
_SENDINGS = (
    Message.objects.filter(invitation=OuterRef("pk"), state__in=("claimed", "sent"))
    .order_by("-ordinal")
    .values(at=Coalesce("sent_at", "claimed_at"))[:1]
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking as its link tells it. `invitation` is None behind an anonymous link or a QR code.

    `sent_at` is when the link last went out or arrived, where that is known.
    """

    survey: Survey
    version: Version
    document: Document
    invitation: Invitation | None
    sent_at: datetime | None = None

    @property
    def token(self) -> str:
        """The token that the link carries."""
        return self.invitation.token if self.invitation else self.survey.token

    @property
    def nameless(self) -> bool:
        """Whether the answer is kept without any link to whoever gave it."""
        return self.document.anonymous or self.invitation is None

    def closed(self, now: datetime) -> bool:
        """Whether answers are no longer taken: as the survey stands now, not as it was when asked."""
        if self.survey.archived:
            return True
        # Mostly it is asked as it stands: then there is nothing further to fetch.
        asked = self.survey.current_id == self.version.pk
        current = self.version if asked else self.survey.current
        return current is not None and document_of(current).closed(now)

    @property
    def values(self) -> Mapping[str, object]:
        """What placeholders stand for: the event's details, and the person's name."""
        if self.invitation is None:
            return {}
        person = self.invitation.person
        return {**person.attributes, **self.invitation.attributes, "name": first_name(person.name)}


def personal(token: str) -> Asked | None:
    """What stands behind a personal link; None if nothing does, or the person was erased."""
    found = (
        Invitation.objects.select_related("survey", "version", "person")
        .defer("survey__document", "version__asked")
        .annotate(went_at=Subquery(_SENDINGS))
        .filter(token=token)
        .first()
    )
    if found is None or found.person.status == "erased":
        return None
    sent = max(filter(None, (found.went_at, found.delivered_at)), default=None)
    return Asked(found.survey, found.version, document_of(found.version), found, sent)


def open_survey(token: str) -> Asked | None:
    """What stands behind a survey's own link, archived or not; None unless it is published and the link on."""
    found = Survey.objects.select_related("current").filter(token=token, open_link=True).first()
    if found is None or found.current is None:
        return None
    return Asked(found, found.current, document_of(found.current), None)


def given(asked: Asked, nonce: str | None) -> Response | None:
    """The answer that stands behind a link, or behind the nonce of an anonymous page."""
    # An anonymous answer to an invitation is found by the page's nonce only, never by the invitation.
    if asked.invitation and not asked.nameless:
        return Response.objects.filter(invitation=asked.invitation).first()
    return Response.objects.filter(survey=asked.survey, nonce=nonce).first() if nonce else None


def document_of(version: Version) -> Document:
    """The survey of a version, parsed once for all who are asked it."""
    return _parsed(json.dumps(version.document, sort_keys=True))


def first_name(name: str) -> str:
    """What one is greeted by: the first word of a name in letters that are written in words.

    >>> first_name("Ada Lovelace"), first_name("山田 太郎"), first_name("")
    ('Ada', '山田 太郎', '')
    """
    first = name.split(" ")[0]
    return first if first.isascii() or (not name.isupper() and _spaced(name)) else name


def _spaced(name: str) -> bool:
    # Chinese, Japanese and Korean names begin with the family's; Arabic and Hindi ones with the own.
    return all(ord(letter) < 0x2E80 for letter in name)


@lru_cache(maxsize=500)
def _parsed(text: str) -> Document:
    return parse(json.loads(text))
