"""The programs' cast, for these pages too."""

from __future__ import annotations

from tests.server.programs.conftest import answer, invite, make_program, publish, survey

__all__ = ["answer", "invite", "make_program", "publish", "survey"]
