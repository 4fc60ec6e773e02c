"""Addresses, names and words as the headers of a mail write them: ASCII, whatever the script."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from milepost.channels.errors import ChannelError
from milepost.channels.markup import line

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_NAME = 100
_WORD = 39  # bytes, 52 when encoded: with `Subject: ` and its marks a line of 73


def checked(address: str) -> str:
    """An address ready for an envelope, its domain in ASCII; ChannelError if it cannot be reached.

    A local part beyond ASCII is refused: few servers take it (RFC 6531), and one that does not
    would lose the mail after we had called it sent.

    >>> checked("anna@bücher.example")
    'anna@xn--bcher-kva.example'
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise ChannelError(f"'{_short(address)}' is not an e-mail address; expected name@domain")
    if not local.isascii():
        raise ChannelError(
            f"'{_short(address)}': letters beyond a-z before the @ reach few servers;"
            " ask for another address"
        )
    host = _ascii(domain, address)
    if not _LOCAL.fullmatch(local) or len(local) > 64 or not _DOMAIN.fullmatch(host):
        raise ChannelError(f"'{_short(address)}' is not an e-mail address; expected name@domain")
    return f"{local}@{host}"


def mailbox(name: str, address: str) -> str:
    """An address with the name of whose it is, as a header writes it; a name is cut at 100 letters.

    >>> mailbox('Anna "A" Berg', "anna@example.org")
    '"Anna \\\\"A\\\\" Berg" <anna@example.org>'
    """
    whose = words(name)[:_NAME].strip()
    if not whose:
        return checked(address)
    if not whose.isascii():
        return f"{encoded(whose)}\r\n <{checked(address)}>"
    quoted = whose.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{checked(address)}>'


def encoded(text: str) -> str:
    """One line of text as a header writes it: as it is, or in encoded words of RFC 2047."""
    if text.isascii():
        return text
    return "\r\n ".join(
        f"=?utf-8?b?{binascii.b2a_base64(piece.encode(), newline=False).decode()}?="
        for piece in _pieces(text)
    )


def words(text: str) -> str:
    """Text for a header: one line, and no encoded words that somebody wrote into it."""
    return line(text).replace("=?", "= ?")


def _pieces(text: str) -> Iterator[str]:
    """Text cut between letters into pieces that leave each line of a header below 76 characters."""
    piece, size = "", 0
    for letter in text:
        width = len(letter.encode())
        if size + width > _WORD:
            yield piece
            piece, size = "", 0
        piece, size = piece + letter, size + width
    yield piece


def _ascii(domain: str, address: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ChannelError(
            f"'{_short(address)}': the part after the @ is no domain name; expected name@domain"
        ) from None


def _short(address: str) -> str:
    return line(address)[:80]
