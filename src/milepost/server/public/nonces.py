"""The page's nonce: signed, of one link only, and good for a day; without one nothing is stored."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core import signing

GOOD_FOR = timedelta(days=1)
_SALT = "milepost.answer"


class StaleNonce(ValueError):
    """The nonce is of another link, too old, or was not made here."""


def fresh(link: str) -> str:
    """A nonce for the page of a link (its token): 16 random characters, signed with the link and the time."""
    return signing.TimestampSigner(salt=f"{_SALT}:{link}").sign(secrets.token_urlsafe(12))


def read(nonce: str, *, link: str) -> str:
    """The random part of a nonce of this link. Raises StaleNonce."""
    try:
        return signing.TimestampSigner(salt=f"{_SALT}:{link}").unsign(nonce, max_age=GOOD_FOR)
    except signing.BadSignature as error:  # an expired one is one of these
        raise StaleNonce(str(error)) from None
