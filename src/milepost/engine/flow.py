"""How many passed a touchpoint, were asked there, and answered: three numbers that any room may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """Distinct customers (or invitations, for `asked`) in a period; None where not known.

    `answered` is None as well where so few people answered that none may be shown.
    """

    passed: int | None = None
    asked: int | None = None
    answered: int | None = None


UNKNOWN = Flow()
