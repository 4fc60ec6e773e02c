"""The whole suite: the validation data beside the repository, and no silent skip where it counts."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django
from hypothesis import settings

from milepost import clock
from milepost.server.settings import read

os.environ.setdefault("MILEPOST_SECRET_KEY", "only-for-tests-" + "x" * 40)
# Each process that runs tests has a project folder of its own: a plan that one test puts there must
# not be seen by those that run beside it. Django may have read its settings before.
os.environ["MILEPOST_FOLDER"] = tempfile.mkdtemp(prefix="milepost-tests-")
django.FOLDER = Path(os.environ["MILEPOST_FOLDER"])
django.MILEPOST = read(django.FOLDER)

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
# Everything that compares periods is tried at this moment.
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

settings.register_profile("milepost", deadline=None)  # a busy machine is not an error
settings.load_profile("milepost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    reason = "the validation data (../shared/data) is not beside the repository"
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a build machine with everything present a skipped test is a failure."""
    if exitstatus or not os.environ.get("CI") or not SHARED.is_dir():
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def shared() -> Path:
    """The folder of the validation data."""
    return SHARED


@pytest.fixture
def now() -> object:
    """The clock held at a fixed moment."""
    with clock.at(NOW):
        yield NOW
