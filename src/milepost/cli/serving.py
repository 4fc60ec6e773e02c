"""`milepost serve`, `worker`, `doctor` and `backup`: the server's processes and their set-up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from milepost.cli import running
from milepost.errors import BusyError
from milepost.files import locked, write_text
from milepost.server.opening import ServerError, open_server, require_migrated
from milepost.server.settings import BY_NAME, SettingError
from milepost.version import __version__

if TYPE_CHECKING:
    from milepost.server.doctor.findings import Finding
    from milepost.server.migrating import Schema
    from milepost.server.settings import Settings

_PLAN = "milepost.yaml"


def serve(folder: Path, *, port: int | None, dry_run: bool, backup: bool) -> None:
    """Bring the folder's database up and serve it until the end; a dry run only tells what it would do."""
    if port is not None:
        # Before all else, for the addresses in mails follow it where no other is set.
        os.environ[BY_NAME["port"].variable] = str(port)
    settings = open_server(folder, untouched=dry_run)
    if dry_run:
        running.write("".join(f"{line}\n" for line in _would(settings, backup=backup)))
        return
    from milepost.server.serving import require_free
    from milepost.server.serving import serve as begin

    with _only_one(settings):
        require_free(settings.text("host"), settings.whole("port"))
        _bring_up(settings, backup=backup)
        _start_plan(settings.folder)
        running.write("".join(f"{line}\n" for line in _greeting(settings)))
        begin(settings)


def work(folder: Path) -> None:
    """Be a worker in the foreground until SIGTERM or Ctrl-C; the item at hand is finished first."""
    settings = open_server(folder)
    require_migrated()
    from milepost.server.worker.loop import run

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running.write(f"A worker of {settings.folder} runs; Ctrl-C ends it.\n")
    run(stop)


def back_up(folder: Path) -> None:
    """Copy the database while the server runs, and tell where the copy is."""
    settings = open_server(folder)
    from milepost.server.backups import back_up as copy
    from milepost.server.migrating import schema

    if not schema().exists:
        raise ServerError(f"{settings.folder}: has no database yet; 'milepost serve' makes it")
    running.write(f"{copy(settings)}\n")


def doctor(folder: Path, *, format: str) -> int:
    """Print what is right and wrong with a set-up; 1 where something is wrong, else 0."""
    from milepost.insight.asking import one_of

    one_of("--format", format, ("table", "json"))
    from milepost.server.doctor.findings import as_json, lines

    found = _looked(folder)
    running.write(as_json(found) if format == "json" else lines(found))
    return int(any(finding.grade == "wrong" for finding in found))


def _looked(folder: Path) -> tuple[Finding, ...]:
    """What a doctor finds; settings that cannot be read are its first and last finding."""
    from milepost.server.doctor.findings import Finding

    try:
        settings = open_server(folder, untouched=True)
    except SettingError as error:
        return (Finding("settings", "wrong", str(error)),)
    from milepost.server.doctor.look import look

    return look(settings)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    try:
        with locked(settings.own, wait_seconds=0):
            yield
    except BusyError:
        raise ServerError(
            f"{settings.folder}: another 'milepost serve' runs in this folder; end it first,"
            " or start further workers with 'milepost worker'"
        ) from None


def _bring_up(settings: Settings, *, backup: bool) -> None:
    from milepost.server.backups import back_up as copy
    from milepost.server.migrating import bring_up

    state = _acceptable()
    if not state.pending:
        return
    if state.exists and backup:
        running.write(f"Backup before the database is brought up: {copy(settings)}\n")
    bring_up()


def _acceptable() -> Schema:
    from milepost.server.migrating import schema

    state = schema()
    if state.newer:
        raise ServerError(state.refusal)
    return state


def _would(settings: Settings, *, backup: bool) -> Iterator[str]:
    """What `serve` would do, in the order in which it would do it."""
    from milepost.server.migrating import statements

    state = _acceptable()
    if state.pending and state.exists and backup:
        yield f"would copy the database into {settings.own / 'backups'}"
    if not state.exists:
        yield f"would make the database ({len(state.pending)} migrations)"
    for migration in state.pending if state.exists else ():
        yield f"would migrate {migration.app_label}.{migration.name}"
        yield from (f"  {line}" for line in _headings(statements(migration)))
    if not state.pending:
        yield "the database is up to date"
    if not (settings.folder / _PLAN).exists():
        yield f"would write a first {_PLAN}"
    yield f"would listen on {_place(settings)}, reached under {settings.text('url')}"
    yield "nothing was changed"


def _headings(sql: tuple[str, ...]) -> Iterator[str]:
    """What each part of a migration's SQL does, and the statement's first words."""
    for text in sql:
        for line in text.splitlines():
            if line.strip("- "):
                yield line if len(line) <= 96 else f"{line[:95]}…"


def _start_plan(folder: Path) -> None:
    if (folder / _PLAN).exists():
        return
    from milepost.cli.timezones import system_timezone
    from milepost.plan.starter import starter

    zone = system_timezone() or "UTC"
    write_text(folder / _PLAN, starter("Our company", timezone=zone))
    running.write(f"{folder / _PLAN} is written: what is measured.\n")


def _greeting(settings: Settings) -> Iterator[str]:
    from milepost.server.actions.enrolments import first_link

    yield f"Milepost {__version__} serves {settings.folder} at {settings.text('url')} ({_place(settings)})"
    if link := first_link():
        yield f"The first administrator begins here (once, and only with this link): {link}"
    yield "Ctrl-C ends it."


def _place(settings: Settings) -> str:
    return f"{settings.text('host')}, port {settings.text('port')}"
