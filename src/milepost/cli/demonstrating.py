"""`milepost demo`: makes the company to look at, whole or not at all, and tells how to open it."""

from __future__ import annotations

import secrets
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost import clock
from milepost.cli import running
from milepost.errors import BusyError, QuestionError
from milepost.files import locked, write_text

_LOCK = ".lock"
# Nobody is to get mail by looking around.
_SETTINGS = """\
# Mails are written into mails/ and sent to nobody: the people of the demo do not exist.
mail_provider = "folder"
log_level = "warning"
"""
Told = Callable[[str], None]


def demo(folder: Path, *, seed: int, password: str | None) -> None:
    """Make the demo in a folder that is not there yet, or empty; tell where it is and who may sign in."""
    target = _target(folder)
    given = password is not None
    password = password or secrets.token_urlsafe(12)
    with _whole(target) as made, _room(target), running.progress() as show:
        _make(made, seed=seed, password=password, told=lambda part: show("demo", part, 0))
    try:
        with running.progress() as show:
            _build(target / "milepost.yaml", show)
    finally:
        # The company is there even if somebody stops here, and its password is told nowhere else.
        running.write(_words(folder, target, None if given else password))


def _target(folder: Path) -> Path:
    """The folder to be made, known to be possible before a minute is spent on it."""
    try:
        target = folder.resolve()
        _refuse(target)
    except OSError as error:
        raise _unmade(folder, error) from None
    return target


def _refuse(target: Path) -> None:
    if target == Path.cwd() or target.is_mount():
        # It would be replaced by another one of its name, and whoever is in it would be nowhere.
        raise QuestionError(
            f"{target}: cannot be replaced; name a folder in it, such as {target / 'milepost-demo'}"
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise QuestionError(
            f"{target}: is there already; name a folder that is not, or an empty one"
        )
    if not target.parent.is_dir():
        raise QuestionError(f"{target}: there is no folder {target.parent}; make it first")


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place in the end; what a killed run left is cleared."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        with locked(partial, wait_seconds=0):
            _clear(partial)
            try:
                yield partial
                (partial / _LOCK).unlink()
                partial.rename(target)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except BusyError:
        raise QuestionError(
            f"{target}: another 'milepost demo' is making it; wait for its end"
        ) from None
    except OSError as error:
        raise _unmade(target, error) from None


def _unmade(target: Path, error: OSError) -> QuestionError:
    return QuestionError(f"{target}: cannot be made ({error.strerror}); choose another folder")


@contextmanager
def _room(target: Path) -> Iterator[None]:
    """What the database says of a full disk, in a line."""
    from django.db import OperationalError

    try:
        yield
    except OperationalError as error:
        raise QuestionError(
            f"{target}: the database cannot be written ({error}); make room there, or choose another folder"
        ) from None


def _clear(partial: Path) -> None:
    for left in partial.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != _LOCK:
            left.unlink()


def _make(folder: Path, *, seed: int, password: str, told: Told) -> None:
    write_text(folder / "server.toml", _SETTINGS)
    _serve_from(folder, password)
    from milepost.demo.span import TIMEZONE
    from milepost.demo.telling import page
    from milepost.demo.world import world
    from milepost.demo.writing import write

    found = world(clock.today(TIMEZONE), seed, told=told)
    told("files")
    write(found, folder)
    write_text(folder / "TRUTHS.md", page(found.span))
    _fill(found, password, told)


def _serve_from(folder: Path, password: str) -> None:
    """Make the folder a server's, with an empty database of its own."""
    from milepost.server.opening import open_server

    settings = open_server(folder)
    if settings.text("database_url"):
        raise QuestionError(
            "database_url is set; the demo has a database of its own, so unset MILEPOST_DATABASE_URL first"
        )
    from milepost.server.actions.demonstrating import check_password
    from milepost.server.migrating import bring_up

    check_password(password)
    bring_up()


def _fill(found: object, password: str, told: Told) -> None:
    from django.db import connections

    from milepost.demo.world import World
    from milepost.server.actions.demonstrating import fill, pack
    from milepost.server.queries.facts import FACTS
    from milepost.server.worker.refreshing import refresh

    assert isinstance(found, World)
    fill(found, password, told=told)
    told("what the server collected")
    for fact in FACTS:
        refresh(fact)
    pack()
    connections.close_all()


def _build(plan: Path, show: Callable[[str, str, int], None]) -> None:
    """The facts, in the place where they will be read: so that the first page has its numbers at once."""
    from milepost.engine.facts import refresh
    from milepost.engine.project import open_project

    refresh(open_project(plan), progress=show)


def _words(folder: Path, target: Path, password: str | None) -> str:
    from milepost.server.actions.demonstrating import ADMINISTRATOR

    at = shlex.quote(str(folder))
    told = f"password {password} (told this once)" if password else "the password you gave"
    return (
        f"The demo company is in {target}; TRUTHS.md there tells what is planted in it.\n"
        f"  milepost serve --folder {at}\n"
        f"  sign in as {ADMINISTRATOR}, {told}\n"
        f"  milepost measure --plan {shlex.quote(str(folder / 'milepost.yaml'))}\n"
    )
