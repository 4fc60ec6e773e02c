"""Opening a project folder as a server: its settings in force, Django set up, the logs begun."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.apps import apps

from milepost.errors import MilepostError
from milepost.server import logs
from milepost.server.settings import Settings, prepare, read


class ServerError(MilepostError, RuntimeError):
    """The server cannot do what was asked as it is set up."""


def open_server(folder: Path, *, untouched: bool = False) -> Settings:
    """Set this process up for one project folder; everything of Django works afterwards.

    `untouched`: nothing is made in the folder, to look at it only. Raises SettingError for a wrong
    setting, ServerError where the folder cannot be used. A process opens one folder only.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise ServerError(f"--folder {folder}: is no folder; make it first")
    settings = read(folder)
    if apps.ready:
        return _opened(settings)
    if not untouched:
        _prepare(settings)
    os.environ["MILEPOST_FOLDER"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.server.django_settings"
    logs.begin(settings.text("log_level"))
    django.setup()
    return settings


def _opened(settings: Settings) -> Settings:
    from django.conf import settings as django_settings  # noqa: PLC0415 -- read at first use

    if settings.folder != django_settings.FOLDER:
        raise RuntimeError(f"this process serves {django_settings.FOLDER}, not {settings.folder}")
    return settings


def _prepare(settings: Settings) -> None:
    try:
        prepare(settings)
    except OSError as error:
        raise ServerError(
            f"{settings.own}: cannot be made ({error.strerror}); milepost needs to write there"
        ) from None


def require_migrated() -> None:
    """Raise ServerError where the database is older or newer than this program, or there is none yet."""
    from milepost.server.migrating import schema  # noqa: PLC0415 -- needs Django set up

    state = schema()
    if state.newer:
        raise ServerError(state.refusal)
    if state.pending:
        what = "older than this program" if state.exists else "not there yet"
        raise ServerError(f"the database is {what}; run 'milepost serve' once, it brings it up")
