"""Every check in its order; one that cannot be made is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from django.db import DatabaseError

from milepost.errors import MilepostError
from milepost.server.doctor.data import clocks, database, facts, hosts, migrations, queue, workers
from milepost.server.doctor.findings import Finding
from milepost.server.doctor.mail import provider, records, sender, smtp
from milepost.server.doctor.place import address, disk, files, proxies, secrets
from milepost.server.settings import Settings

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("address", address),
    ("proxies", proxies),
    ("secrets", secrets),
    ("files", files),
    ("disk", disk),
    ("database", database),
    ("migrations", migrations),
    ("hosts", hosts),
    ("clock", clocks),
    ("workers", workers),
    ("queue", queue),
    ("facts", facts),
    ("sender", sender),
    ("mail provider", provider),
    ("mail server", smtp),
    ("DNS", records),
)


def look(settings: Settings) -> tuple[Finding, ...]:
    """Make every check; what several stumble over is told once."""
    count = sum(came != "default" for came in settings.came.values())
    read = Finding("settings", "ok", f"{count} set, the others as they come")
    made = chain.from_iterable(_made(about, check, settings) for about, check in CHECKS)
    return (read, *_once(made))


def _once(made: Iterable[Finding]) -> Iterator[Finding]:
    told: set[str] = set()
    for finding in made:
        if finding.text not in told:
            told.add(finding.text)
            yield finding


def _made(about: str, check: Check, settings: Settings) -> tuple[Finding, ...]:
    try:
        return tuple(check(settings))
    except (MilepostError, DatabaseError, OSError) as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        return (Finding(about, "wrong", f"cannot be looked at: {said}"),)
