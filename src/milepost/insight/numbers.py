"""Numbers as people read them: with their unit, their sign, and never more digits than they carry."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = {"percent": 1, "points": 1, "score": 2, "ratio": 3, "count": 0, "money": 2, "days": 1}
# Seconds are read in the largest of these that leaves at least two.
_TIMES = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"), (0, 1, "s"))
_BARS = "▁▂▃▄▅▆▇█"
NONE = "–"


def value(number: float | None, unit: str) -> str:
    """A value with its unit.

    >>> value(82.0684, "percent"), value(-3.51, "points"), value(4.4133, "score"), value(None, "score")
    ('82.1 %', '−3.5', '4.41', '–')
    """
    if number is None:
        return NONE
    if unit == "seconds":
        return _duration(number)
    shown = _minus(f"{number:,.{_DIGITS.get(unit, 2)}f}")
    return f"{shown} %" if unit == "percent" else shown


def interval(low: float | None, high: float | None, unit: str) -> str:
    """An interval's ends without the unit that stands beside them; times with theirs.

    >>> interval(37.2, 42.4, "points"), interval(-5.0, 3.25, "points")
    ('37.2–42.4', '−5.0 to 3.2')
    >>> interval(100, 7300, "seconds")
    '0.0–2.0 h'
    """
    if low is None or high is None:
        return NONE
    size, name = _time(max(abs(low), abs(high))) if unit == "seconds" else (1, "")
    digits = 1 if unit == "seconds" else _DIGITS.get(unit, 2)
    ends = [_minus(f"{end / size:,.{digits}f}") for end in (low, high)]
    shown = (" to " if "−" in "".join(ends) else "–").join(ends)
    return f"{shown} {name}".rstrip()


def change(number: float | None, unit: str) -> str:
    """A change with its sign.

    >>> change(4.918, "percent"), change(-0.04, "score")
    ('+4.9', '−0.04')
    """
    if number is None:
        return NONE
    if unit == "seconds":
        return _duration(number, sign="+")
    return _minus(f"{number:+,.{_DIGITS.get(unit, 2)}f}")


def count(number: float | None) -> str:
    """A number of answers or customers.

    >>> count(2746.0), count(20_000_000)
    ('2,746', '20.0M')
    """
    if number is None:
        return NONE
    return f"{number / 1e6:,.1f}M" if number >= 999_999.5 else f"{number:,.0f}"


def chance(p: float | None) -> str:
    """A p-value.

    >>> chance(0.0000157), chance(0.0412)
    ('<0.001', '0.041')
    """
    if p is None:
        return NONE
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def sparkline(values: Sequence[float | None]) -> str:
    """Values as bars from the lowest to the highest; a gap is a dot, leading gaps are left out.

    >>> sparkline([None, 1, None, 3])
    '▁·█'
    """
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    steps = (high - low) or 1.0
    bars = "".join(
        "·" if v is None else _BARS[round((v - low) / steps * (len(_BARS) - 1))] for v in values
    )
    return bars.lstrip("·")


def _duration(seconds: float, *, sign: str = "") -> str:
    """A length of time in one unit.

    >>> _duration(67.52), _duration(48_600), _duration(-760_147, sign="+")
    ('67.5 s', '13.5 h', '−8.8 d')
    """
    size, name = _time(abs(seconds))
    return f"{_minus(f'{seconds / size:{sign},.1f}')} {name}"


def _time(seconds: float) -> tuple[int, str]:
    """The unit in which so many seconds are read: how many it has, and its name."""
    return next((size, name) for least, size, name in _TIMES if seconds >= least)


def _minus(text: str) -> str:
    """A true minus, and none before a zero."""
    bare = text.lstrip("+-")
    if float(bare.replace(",", "")) == 0:
        return bare
    return text.replace("-", "−")
