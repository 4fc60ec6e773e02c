"""A copy of the database before it is changed: whole or absent."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from milepost import clock
from milepost.files import replacing
from milepost.server.opening import ServerError
from milepost.server.settings import Settings

FOLDER = "backups"


def back_up(settings: Settings) -> Path:
    """Copy the database into .milepost/backups while it is in use; gives the file.

    Raises ServerError where it cannot be made; then there is no file either.
    """
    from django.db import connection  # noqa: PLC0415 -- Django is set up by now

    sqlite = connection.vendor == "sqlite"
    folder = settings.own / FOLDER
    name = f"{clock.now():%Y-%m-%dT%H%M%S.%f}"[:-3] + ("Z.db" if sqlite else "Z.dump")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(folder / name) as partial:
            partial.touch(mode=0o600)
            (_of_sqlite if sqlite else _of_postgres)(connection.settings_dict, partial)
    except (OSError, sqlite3.Error) as error:
        raise ServerError(
            f"no backup could be made in {folder}: {error}; nothing is changed"
        ) from None
    return folder / name


def _of_sqlite(database: dict[str, Any], target: Path) -> None:
    """SQLite's own online backup: one consistent state, whoever writes meanwhile."""
    with (
        closing(sqlite3.connect(f"file:{database['NAME']}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise ServerError(
                f"the database {database['NAME']} is damaged; restore a backup of before"
            )


def _of_postgres(database: dict[str, Any], target: Path) -> None:
    program = shutil.which("pg_dump")
    if not program:
        raise ServerError(
            "pg_dump is not installed, so no backup can be made; install PostgreSQL's client"
            " programs, or make one yourself and say --no-backup"
        )
    parts = {"--host": "HOST", "--port": "PORT", "--username": "USER", "--dbname": "NAME"}
    words = [f"{option}={database[key]}" for option, key in parts.items() if database[key]]
    done = subprocess.run(
        [program, "--format=custom", "--no-password", f"--file={target}", *words],
        env={**os.environ, "PGPASSWORD": database["PASSWORD"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip().partition("\n")[0]
        raise ServerError(f"pg_dump failed: {said}; make a backup yourself and say --no-backup")
