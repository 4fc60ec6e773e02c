"""The database and what works on it: its disk, its age, its clock, its workers and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from django.db import connection
from django.db.models import Max

from milepost import clock
from milepost.server.doctor.findings import Finding
from milepost.server.migrating import schema
from milepost.server.models import Audit, Beat, Company, Message, Response
from milepost.server.queries.figures import FRESH_SECONDS, beats, dirty_rows, oldest_due_seconds
from milepost.server.settings import Settings

# File systems of other machines, over which SQLite's locks do not hold.
_REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "lustre")  # fmt: skip
_MOUNTS = Path("/proc/mounts")
_LATE_SECONDS = 600
_MANY_CHANGES = 10_000
_AHEAD = timedelta(minutes=1)


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, and whether what it acknowledges is safe."""
    if not schema().exists:
        yield Finding("database", "warning", "there is none yet: 'milepost serve' makes it")
        return
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SELECT version()")
            yield Finding("database", "ok", str(cursor.fetchone()[0]).partition(" on ")[0])
            return
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        yield Finding(
            "database",
            "wrong",
            f"SQLite's journal is '{mode}', not 'wal': this disk does not allow it; use another, or PostgreSQL",
        )
    elif kind := remote(settings.own, _mounts()):
        yield Finding(
            "database",
            "wrong",
            f"SQLite lies on a network file system ({kind}), where its locks do not hold: move the folder, or use PostgreSQL",
        )
    else:
        yield Finding("database", "ok", f"SQLite in {settings.own}, every commit on the disk")


def migrations(settings: Settings) -> Iterator[Finding]:
    """Whether the database is of this program's age."""
    state = schema()
    if state.newer:
        yield Finding("migrations", "wrong", state.refusal)
    elif state.exists and state.pending:
        yield Finding(
            "migrations",
            "wrong",
            f"{len(state.pending)} pending: 'milepost serve' applies them, after a backup",
        )
    elif state.exists:
        yield Finding("migrations", "ok", "the database is up to date")


def hosts(settings: Settings) -> Iterator[Finding]:
    """Whether SQLite is used from one machine only."""
    if not _usable() or connection.vendor != "sqlite":
        return
    fresh = Beat.objects.filter(at__gte=clock.now() - timedelta(seconds=FRESH_SECONDS))
    names = sorted(set(fresh.values_list("host", flat=True)))
    if len(names) > 1:
        yield Finding(
            "hosts",
            "wrong",
            f"workers of {len(names)} machines ({', '.join(names)}) use one SQLite file, which they will damage: use PostgreSQL",
        )


def clocks(settings: Settings) -> Iterator[Finding]:
    """Whether the clock is right, as far as the database can tell."""
    if not _usable():
        return
    zone = Company.objects.values_list("time_zone", flat=True).first() or "UTC"
    if zone not in available_timezones():
        yield Finding(
            "clock",
            "wrong",
            f"the company's time zone '{zone}' is unknown here: choose another on the settings page",
        )
    now, newest = clock.now(), _newest()
    if newest and newest > now + _AHEAD:
        yield Finding(
            "clock",
            "wrong",
            f"the newest row is of {newest:%Y-%m-%d %H:%M}, but it is {now:%Y-%m-%d %H:%M} here (UTC): the clock ran backwards; set it by NTP",
        )
    elif (apart := _apart(now)) > _AHEAD:
        yield Finding(
            "clock",
            "wrong",
            f"the database's clock is {apart.total_seconds():.0f} s away from this machine's: set both by NTP",
        )
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def workers(settings: Settings) -> Iterator[Finding]:
    """Whether somebody works."""
    if not _usable():
        return
    ages = beats()
    alive = [name for name, age in ages.items() if age <= FRESH_SECONDS]
    if alive:
        yield Finding("workers", "ok", f"{len(alive)} at work")
    else:
        last = f"; the last beat was {min(ages.values()):,.0f} s ago" if ages else ""
        yield Finding(
            "workers",
            "warning",
            f"none is at work{last}: run 'milepost serve' or 'milepost worker'",
        )


def queue(settings: Settings) -> Iterator[Finding]:
    """Whether mails leave when they are due."""
    if not _usable():
        return
    waited = oldest_due_seconds()
    if waited > _LATE_SECONDS:
        yield Finding(
            "queue",
            "wrong",
            f"a mail has been due for {waited / 60:,.0f} minutes: see 'workers' and 'mail server'",
        )
    else:
        yield Finding("queue", "ok", "nothing waits too long")


def facts(settings: Settings) -> Iterator[Finding]:
    """Whether what was answered reaches the measuring half."""
    if not _usable():
        return
    rows = dirty_rows()
    if rows > _MANY_CHANGES:
        yield Finding(
            "facts",
            "warning",
            f"{rows:,} changes are not in the facts yet: 'milepost measure' is behind; see 'workers'",
        )
    else:
        yield Finding("facts", "ok", f"{rows:,} changes wait to be written")


def remote(folder: Path, mounts: str) -> str | None:
    """The kind of the network file system that a folder lies on, by the system's table of mounts.

    >>> remote(Path("/srv/a"), "h:/x /srv nfs4 rw 0 0\\n/dev/a / ext4 rw 0 0")
    'nfs4'
    """
    best, kind = -1, ""
    for row in (line.split() for line in mounts.splitlines()):
        if len(row) < 3:
            continue
        place = row[1].replace("\\040", " ")
        if folder.is_relative_to(place) and len(place) >= best:
            best, kind = len(place), row[2]
    return kind if kind in _REMOTE else None


def _mounts() -> str:
    return _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""


def _usable() -> bool:
    """Whether the tables are there as this program knows them; if not, other checks say so."""
    state = schema()
    return state.exists and not state.pending and not state.newer


def _newest() -> datetime | None:
    columns = ((Audit, "at"), (Beat, "at"), (Message, "sent_at"), (Response, "answered_at"))
    found = [model._default_manager.aggregate(at=Max(column))["at"] for model, column in columns]
    return max((at for at in found if at), default=None)


def _apart(now: datetime) -> timedelta:
    if connection.vendor == "sqlite":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return abs(there - now)
