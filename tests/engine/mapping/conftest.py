"""The company's folder that the tests of the mapping build facts in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.mapping.company import Company


@pytest.fixture
def acme(tmp_path: Path) -> Company:
    folder = tmp_path / "acme"
    folder.mkdir()
    return Company(folder)
