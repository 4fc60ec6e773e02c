"""Mails that came back, as an alias pipes them in or a mailbox holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from milepost.channels.email.bounce import Bounce, bounced
from milepost.errors import MilepostError
from milepost.server.actions import delivery

# What `take` says became of a mail.
OUTCOMES = ("bounced", "soft", "delayed", "complaint", "unknown", "other")
_MOST = 2_000_000


class BounceError(MilepostError, OSError):
    """A file or folder of mails that cannot be read."""


def take(raw: bytes) -> str:
    """Record what a raw mail says about a mail of ours; one of OUTCOMES.

    `unknown`: a bounce that names no mail of ours, by which nobody is marked; `other`: no bounce.
    """
    found = bounced(raw)
    if found is None:
        return "other"
    message = delivery.message_of(found.message_id)
    if message is None:
        return "unknown"
    if found.kind == "complaint":
        delivery.complained(message)
        return "complaint"
    if found.kind == "delayed":
        return "delayed"
    hard = found.verdict.kind == "permanent"
    delivery.bounced(message, hard=hard, reason=_reason(found))
    return "bounced" if hard else "soft"


def take_all(mails: Iterable[bytes]) -> Counter[str]:
    """Record many mails; how many there were of each outcome."""
    return Counter(take(raw) for raw in mails)


def mails_of(path: Path) -> Iterator[bytes]:
    """The raw mails of a file, or of a maildir or folder of files. Raises BounceError."""
    files = sorted(_files(path)) if path.is_dir() else [path]
    for file in files:
        try:
            with file.open("rb") as handle:
                yield handle.read(_MOST)
        except OSError as error:
            raise BounceError(f"{file}: cannot be read ({error.strerror})") from None


def _files(folder: Path) -> Iterator[Path]:
    parts = [folder / name for name in ("cur", "new")]
    maildir = [part for part in parts if part.is_dir()]
    for part in maildir or [folder]:
        yield from (file for file in part.iterdir() if file.is_file())


def _reason(found: Bounce) -> str:
    return f"{found.verdict.reason}: {found.text}" if found.text else found.verdict.reason
