"""What an attacker finds: published surveys, invitations, members; and nothing remembered of earlier tries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from milepost.server.limits import TRIES
from milepost.server.public.sightings import SEEN
from tests.server.accounts.conftest import hashed, known, quick_hashes
from tests.server.answers.conftest import invite, publish

__all__ = ["hashed", "invite", "known", "publish", "quick_hashes"]

# Looks like markup, a template, a formula and a header at once.
HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>{{ 7|add:7 }}{% now 'Y' %}"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    TRIES.clear()
    SEEN.forget()
    yield
    TRIES.clear()
    SEEN.forget()
