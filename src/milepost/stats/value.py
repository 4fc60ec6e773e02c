"""What a customer is worth: sums of margin and purchases, discounted.

A `rate` is that of one period and the first period of a sum of margins is not discounted. Only
margin makes a value; with revenue in its place the same figures are sales.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.lifetime import Purchasing, expected


def per_period(yearly: float, *, periods: int = 12) -> float:
    """The rate per period that compounds to the yearly one.

    >>> round(per_period(0.10), 6)
    0.007974
    """
    return float(np.expm1(np.log1p(yearly) / periods))


def worth(margins: ArrayLike, *, rate: float = 0.0) -> float:
    """The margins of consecutive periods, discounted to the first one; at rate 0 the historic value.

    >>> worth([30, 32, 28, 35]), round(worth([30, 32, 28, 35], rate=0.01), 2)
    (125.0, 123.1)
    """
    amounts = np.asarray(margins, dtype=np.float64)
    return float(amounts @ (1 + rate) ** -np.arange(len(amounts), dtype=np.float64))


def contractual(margin: float, survival: ArrayLike, *, rate: float) -> float:
    """The value of a customer who pays `margin` at the start of every period while still there.

    `survival` is the share still there at the start of each period and so begins with 1; its
    length is the horizon.

    >>> round(contractual(31.25, [1, 0.93, 0.86], rate=0.01), 2)
    86.37
    """
    return margin * worth(survival, rate=rate)


def perpetual(margin: float, *, retention: float, rate: float = 0.0) -> float:
    """The value without horizon of a customer who stays for the next period at constant chance.

    `margin (1 + rate) / (1 + rate - retention)`, at rate 0 the familiar margin / churn. It is too
    low where customers differ, since the retention of those who remain grows.

    >>> round(perpetual(31.25, retention=0.93, rate=0.01), 5)
    394.53125
    """
    return margin * (1 + rate) / (1 + rate - retention)


def discounted_purchases(
    model: Purchasing,
    repeats: ArrayLike,
    last: ArrayLike,
    age: ArrayLike,
    *,
    month: float,
    months: int = 24,
    yearly: float = 0.10,
) -> NDArray[np.float64]:
    """The purchases to expect of each customer within so many months, discounted to today.

    Purchases of a month are discounted from its end, at `yearly`. `month` is a month's length in the unit of the model's
    times (365.25 / 84 for weeks). Times the margin of a purchase, it is the value to come.
    """
    factors = (1 + per_period(yearly)) ** -np.arange(1, months + 1.0)
    # the sum over months of what each adds, rearranged into a sum of totals up to each month
    drops = factors - np.append(factors[1:], 0)
    ends = month * np.arange(1, months + 1.0)
    parts = (
        drop * expected(model, repeats, last, age, ahead=end)
        for drop, end in zip(drops, ends, strict=True)
    )
    return np.asarray(sum(parts), dtype=np.float64)
