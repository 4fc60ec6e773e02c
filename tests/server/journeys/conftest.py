"""The places that are walked through: the demo company, and whoever walks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.server.browsers import ARGUMENTS
from tests.server.journeys.site import Site, demo_folder, site
from tests.server.journeys.visiting import Visitor, sign_in, visiting

Visit = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def company_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo company, shared by the processes of this run; nobody writes in it."""
    own = tmp_path_factory.getbasetemp()
    return demo_folder(own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own)


@pytest.fixture(scope="session")
def demo(company_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo company as it is served to whoever walks in this process."""
    with site(company_made, tmp_path_factory.mktemp("served") / "morgenrist") as found:
        yield found


@pytest.fixture(scope="session")
def sessions() -> dict[tuple[str, str], StorageState]:
    """The cookies of those who have signed in, by site and role."""
    return {}


@pytest.fixture
def visit(browser: Browser, sessions: dict[tuple[str, str], StorageState]) -> Visit:
    """Opens a site as the member of a role: `with visit(demo, "analyst") as visitor`."""

    @contextmanager
    def opened(where: Site, role: str, **options: Any) -> Iterator[Visitor]:
        if (where.url, role) not in sessions:
            with visiting(browser, where.url) as first:
                sign_in(first, f"{role}@journeys.example")
                sessions[where.url, role] = first.page.context.storage_state()
        known = sessions[where.url, role]
        with visiting(browser, where.url, storage_state=known, **options) as visitor:
            yield visitor

    return opened
