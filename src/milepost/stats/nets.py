"""Intervals for a net share, positives minus negatives (NPS, net satisfaction, net easy).

`positive` and `negative` are shares 0..1 of all `n` answers, the net lies in -1..1, and n may be
an effective number of answers, with `df` the number of units less one. Ends are not clipped: the
caller clips to the scale and then extends the interval to hold the plain net.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from milepost.stats.interval import Interval
from milepost.stats.quantiles import critical, crossing


class NetInterval(NamedTuple):
    """An interval with what it was built from: the net it is centred on and its error."""

    centre: float
    se: float
    low: float
    high: float

    @property
    def interval(self) -> Interval:
        """The two ends alone."""
        return Interval(self.low, self.high)


def net_variance(positive: float, negative: float) -> float:
    """The variance of one answer coded -1, 0, 1: `P + D - (P - D)²`, with divisor n.

    >>> round(net_variance(0.55, 0.18), 4)
    0.5931
    """
    return max(0.0, positive + negative - (positive - negative) ** 2)


def adjusted_wald(
    positive: float,
    negative: float,
    n: float,
    *,
    conf: float = 0.95,
    df: float | None = None,
    pseudo: float = 3.0,
) -> NetInterval:
    """Wald's interval after adding `pseudo` answers: a quarter positive, a quarter negative.

    Three are right at every confidence from 90 to 99 %: exact coverage stays near the nominal
    one from n = 10, where Wald's falls to a third. Source: Rocks 2016; Lewis & Sauro 2021.

    >>> found = adjusted_wald(292 / 500, 65 / 500, 500)
    >>> round(100 * found.low, 2), round(100 * found.high, 2)
    (38.89, 51.36)
    """
    kept = 1 / (1 + pseudo / n)
    up, down = (kept * share + (1 - kept) / 4 for share in (positive, negative))
    return _wald(up - down, net_variance(up, down), n + pseudo, critical(conf, df))


def wald(
    positive: float, negative: float, n: float, *, conf: float = 0.95, df: float | None = None
) -> NetInterval:
    """The textbook interval `m ± z sqrt(v/n)`; without width when all answers are alike."""
    return _wald(positive - negative, net_variance(positive, negative), n, critical(conf, df))


def t_on_codes(positive: float, negative: float, n: float, *, conf: float = 0.95) -> NetInterval:
    """Student's interval of the codes -1, 0, 1, with variance divisor n - 1.

    One answer gives an infinite error and the whole line.
    """
    net = positive - negative
    if n <= 1:
        return NetInterval(net, math.inf, -math.inf, math.inf)
    return _wald(net, net_variance(positive, negative), n - 1, critical(conf, n - 1))


def goodman(positive: float, negative: float, n: float, *, conf: float = 0.95) -> NetInterval:
    """Wald's interval at the multiplier that holds for all contrasts of three shares at once.

    Source: Goodman 1964: the square root of the chi-square quantile with two degrees.
    """
    multiplier = math.sqrt(float(special.chdtri(2, 1 - conf)))
    return _wald(positive - negative, net_variance(positive, negative), n, multiplier)


def score(
    positive: float, negative: float, n: float, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """The nets that the score test, with likeliest shares under each net, does not reject.

    A floor of coverage below 15 answers, at the price of iteration. Source: Tango 1998.
    """
    z = critical(conf, df)
    if math.isinf(z):
        return Interval(-1.0, 1.0)
    net = positive - negative

    def rejected(supposed: float) -> float:
        down = _likeliest_negative(positive, negative, supposed)
        spread = net_variance(down + supposed, down)
        return (net - supposed) ** 2 * n - z * z * spread

    return Interval(crossing(rejected, net, -1.0), crossing(rejected, net, 1.0))


def percentile_bootstrap(
    positive: float, negative: float, n: int, *, conf: float = 0.95
) -> Interval:
    """The percentile bootstrap without drawing: quantiles of the exact resampling distribution.

    Covers no better than Wald's interval, so it is a reference, not a choice. `n` is whole.
    """
    answer = np.array([negative, 1 - positive - negative, positive])
    chances = np.fft.irfft(np.fft.rfft(answer, 2 * n + 1) ** n, 2 * n + 1)
    total = np.cumsum(chances)
    tail = (1 - conf) / 2
    ends = np.searchsorted(total, [tail, 1 - tail])
    return Interval(float(ends[0] - n) / n, float(ends[1] - n) / n)


def _wald(net: float, variance: float, n: float, multiplier: float) -> NetInterval:
    se = math.sqrt(variance / n)
    margin = math.inf if math.isinf(multiplier) else multiplier * se
    return NetInterval(net, se, net - margin, net + margin)


def _likeliest_negative(positive: float, negative: float, net: float) -> float:
    """The likeliest share of negatives, given the observed shares and a supposed net."""
    linear = (positive + negative) * (1 - net) - 2 * net * (1 - positive)
    inner = linear * linear + 8 * negative * net * (1 - net)
    return max((linear + math.sqrt(max(inner, 0.0))) / 4, 0.0, -net)
