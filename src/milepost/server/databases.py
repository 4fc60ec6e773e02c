"""The server's database: SQLite that survives a power cut, or PostgreSQL; and one writer at a time to SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction
from django.db.models import QuerySet

from milepost.server.settings import SettingError, Settings
from milepost.server.turns import Turns

# Every commit reaches the disk (FULL); readers see the last commit while one writes (WAL).
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
# SQLite's own waiting is by sleeping and trying again, which starves some writers for a second
# (measured: a 99th percentile of 0.6 to 1.3 s; in a queue of the process's own 27 ms).
_TURN = Turns()


def database(settings: Settings) -> dict[str, Any]:
    """Django's entry of the database that the settings name."""
    url = settings.text("database_url")
    return _postgres(url) if url else _sqlite(settings)


def _sqlite(settings: Settings) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": settings.own / "milepost.db",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": _PRAGMAS},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise SettingError(
            "database_url: expected postgresql://user:password@host:5432/name; other databases are not supported"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


@contextmanager
def writing() -> Iterator[None]:
    """One transaction that writes; on SQLite the writers of a process take turns."""
    turn = _TURN if connection.vendor == "sqlite" else nullcontext()
    with turn, transaction.atomic():
        yield


def raw(found: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of `values_list` as the database gives them: JSON is text, moments are for `moment`.

    For a million rows: what the ORM makes of each takes longer than reading it.
    """
    text, values = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def moment(value: datetime | None) -> datetime | None:
    """A moment as `raw` gave it, aware: SQLite's are UTC without saying so."""
    return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)
