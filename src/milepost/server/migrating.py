"""The database's schema and this program's: which migrations are pending, and bringing it up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

from milepost.server.opening import ServerError


@dataclass(frozen=True, slots=True)
class Schema:
    """How a database stands to this program: `newer` are migrations that only the database knows."""

    exists: bool
    pending: tuple[Migration, ...]
    newer: tuple[str, ...]

    @property
    def refusal(self) -> str:
        """Why a newer database is left alone."""
        return (
            f"the database is newer than this program (it knows {', '.join(self.newer)});"
            " install the Milepost that wrote it, or restore a backup of before"
        )


def schema() -> Schema:
    """Compare the database with this program. Raises ServerError where it cannot be reached."""
    if connection.vendor == "sqlite" and not _is_there():
        return Schema(exists=False, pending=_plan(MigrationExecutor(None)), newer=())
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise unreachable(error) from None
    applied = set(executor.loader.applied_migrations)
    newer = tuple(f"{app}.{name}" for app, name in sorted(applied - _known(executor)))
    return Schema(exists=bool(applied), pending=_plan(executor), newer=newer)


def _known(executor: MigrationExecutor) -> set[tuple[str, str]]:
    """What this program has, and what it has since put together into one."""
    known = set(executor.loader.disk_migrations or {})
    return known.union(*(one.replaces for one in executor.loader.replacements.values()))


def unreachable(error: DatabaseError) -> ServerError:
    """A database that does not answer, in one line."""
    said = str(error).strip().partition("\n")[0]
    return ServerError(f"the database does not answer: {said}; see the setting database_url")


def _is_there() -> bool:
    name = connection.settings_dict["NAME"]
    return "memory" in str(name) or Path(name).exists()


def _plan(executor: MigrationExecutor) -> tuple[Migration, ...]:
    targets = executor.loader.graph.leaf_nodes()
    return tuple(migration for migration, _ in executor.migration_plan(targets))


def statements(migration: Migration) -> tuple[str, ...]:
    """The SQL that a pending migration would run, without running it."""
    loader = MigrationLoader(connection, replace_migrations=False)
    return tuple(loader.collect_sql([(migration, False)]))


def bring_up() -> None:
    """Apply every pending migration. Raises ServerError where the database does not answer."""
    if connection.vendor == "sqlite" and not _is_there():
        Path(connection.settings_dict["NAME"]).touch(mode=0o600)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise unreachable(error) from None
