"""TXT records as the domain name system has them, looked up by the machine's own resolver."""

from __future__ import annotations

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, resolve

from milepost.errors import MilepostError

_SECONDS = 4.0


class NotLooked(MilepostError):
    """Nobody could be asked, or nobody answered."""


def texts(name: str) -> tuple[str, ...] | None:
    """The TXT records of a name, each with its strings joined; None where the name does not exist.

    Raises NotLooked where no answer came.
    """
    try:
        found = resolve(name, "TXT", lifetime=_SECONDS)
    except NXDOMAIN:
        return None
    except NoAnswer:
        return ()
    except (DNSException, OSError) as error:
        raise NotLooked(type(error).__name__) from None
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in found)
