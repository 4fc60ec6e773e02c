"""Quantiles and p-values of the normal and of Student's distribution, and a root finder."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special


def critical(conf: float, df: float | None = None) -> float:
    """The multiplier of a two-sided interval at confidence `conf`.

    `df` None is the normal distribution, a number is Student's t with as many degrees of freedom.
    Zero degrees (one unit) give infinity: one unit says nothing about its own spread.

    >>> round(critical(0.95), 6), round(critical(0.95, 13), 6), critical(0.95, 0)
    (1.959964, 2.160369, inf)
    """
    upper = (1 + conf) / 2
    if df is None or math.isinf(df):
        return float(special.ndtri(upper))
    if df <= 0:
        return math.inf
    return float(special.stdtrit(df, upper))


def two_sided(statistic: float, df: float | None = None) -> float:
    """The two-sided p-value of a normal or (with `df`) Student statistic; 1 with zero degrees.

    >>> round(two_sided(-1.959964), 6), two_sided(3.0, 0)
    (0.05, 1.0)
    """
    if df is None or math.isinf(df):
        return 2 * float(special.ndtr(-abs(statistic)))
    if df <= 0:
        return 1.0
    return 2 * float(special.stdtr(df, -abs(statistic)))


def standardised(change: float, se: float) -> float:
    """`change / se`, with 0 for no change and an infinity for a change without any error."""
    if change == 0:
        return 0.0
    return change / se if se > 0 else math.copysign(math.inf, change)


def crossing(function: Callable[[float], float], inside: float, outside: float) -> float:
    """Where `function` turns positive on the way from `inside` to `outside`, by halving.

    It needs no derivative and no continuity, which exact tests do not have.

    >>> round(crossing(lambda x: x * x - 2, 0, 2), 9)
    1.414213562
    """
    for _ in range(200):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        if function(middle) > 0:
            outside = middle
        else:
            inside = middle
    return inside
