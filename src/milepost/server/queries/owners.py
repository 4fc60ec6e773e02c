"""Who owns a touchpoint, as the plan says; read anew when the plan's file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from milepost.server.models import Company, Member

PLAN = "milepost.yaml"


def owners(touchpoint: str) -> list[str]:
    """The addresses that hear of answers at a touchpoint (empty: of no touchpoint).

    The touchpoint's owner in the plan; else the company's alert address; else every manager and
    administrator.
    """
    named = touchpoints().get(touchpoint)
    if named and "@" in named:
        return [named.lower()]
    fallback = Company.load().alert_address
    if fallback:
        return [fallback.lower()]
    return list(
        Member.objects.filter(active=True, role__in=("manager", "administrator"))
        .order_by("email")
        .values_list("email", flat=True)
    )


def touchpoints() -> dict[str, str | None]:
    """The touchpoints of the plan with their owners; none where there is no plan that can be read."""
    path = Path(settings.FOLDER) / PLAN
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _read(path, changed)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, str | None]:
    from milepost.plan.load import read_plan  # noqa: PLC0415 -- brings the SQL parser, for a file read once

    plan = read_plan(path).plan
    return {point.name: point.owner for point in plan.touchpoints} if plan else {}
