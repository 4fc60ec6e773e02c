"""The cast of pages with numbers and of programs, and English again after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from tests.server.programs.conftest import answer, invite, make_program, publish, survey
from tests.server.seeing.conftest import planned

__all__ = ["answer", "invite", "make_program", "planned", "publish", "survey"]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its language in force until the next one, which a test may not be."""
    with override("en"):
        yield
