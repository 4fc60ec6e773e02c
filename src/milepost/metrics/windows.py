"""Windows: sums of what happens within a time, on those units only whose window has closed."""

from __future__ import annotations

# The name under which sums count what cannot be told yet.
OPEN = "open"
CLOSED = "day + :days <= :known"


def within(happened: str, *, name: str, closed: str = CLOSED) -> dict[str, str]:
    """The sums of a share of units to which something happened within their window.

    `n` and `name` are of closed windows; `open` counts the units that cannot be told yet.

    >>> within("next_day <= day + :days", name="repeated")["open"]
    'sum(CASE WHEN day + :days <= :known THEN 0 ELSE 1 END)'
    """
    return {
        "n": f"sum(CASE WHEN {closed} THEN 1 ELSE 0 END)",
        name: f"sum(CASE WHEN {closed} AND {happened} THEN 1 ELSE 0 END)",
        OPEN: f"sum(CASE WHEN {closed} THEN 0 ELSE 1 END)",
    }


def amounts(amount: str, *, closed: str = CLOSED) -> dict[str, str]:
    """The sums of a mean of what units did within their closed windows."""
    return {
        "n": f"sum(CASE WHEN {closed} THEN 1 ELSE 0 END)",
        "total": f"sum(CASE WHEN {closed} THEN {amount} ELSE 0 END)",
        "squares": f"sum(CASE WHEN {closed} THEN ({amount}) * ({amount}) ELSE 0 END)",
        OPEN: f"sum(CASE WHEN {closed} THEN 0 ELSE 1 END)",
    }
