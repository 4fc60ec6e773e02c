"""The change that a sample could have shown, and the sample that a change needs.

`alpha` is the two-sided error of the test, `power` the chance to find the change; variances are
those of one answer (`p (1 - p)` for a share, `nets.net_variance` for a net).
"""

from __future__ import annotations

import math

from scipy import special

from milepost.stats.quantiles import critical, crossing, standardised


def detectable(se: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest true change found with chance `power`: `(z_{1-α/2} + z_power) · se`.

    `se` is that of the change; the unit is its unit.

    >>> round(detectable(1.0), 4)
    2.8016
    """
    return _reach(alpha, power) * se


def sample_per_group(
    variance: float, change: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Answers needed in each of two samples to find `change`; round up.

    >>> math.ceil(sample_per_group(0.5931, 0.05))
    3725
    """
    return 2 * variance * (_reach(alpha, power) / change) ** 2


def sample_for_margin(variance: float, margin: float, *, conf: float = 0.95) -> float:
    """Answers needed for an interval of `± margin`; round up.

    >>> math.ceil(sample_for_margin(0.25, 0.05))
    385
    """
    return variance * (critical(conf) / margin) ** 2


def finite_sample(n: float, population: float) -> float:
    """The answers needed of a finite population where n would do of an endless one.

    `n / (1 + (n - 1)/N)`. Source: Cochran 1977.
    """
    return n / (1 + (n - 1) / population)


def design_effect(mean_size: float, cv_size: float, icc: float) -> float:
    """How much larger repeated answers make a variance: `1 + ((cv² + 1) m - 1) icc`.

    m answers a unit on average, cv their coefficient of variation, icc the correlation of a
    unit's answers. Multiply a sample by it. Source: Eldridge et al. 2006.

    >>> round(design_effect(2.4, 0.8, 0.35), 4)
    2.0276
    """
    return 1 + ((cv_size**2 + 1) * mean_size - 1) * icc


def share_power(share: float, other: float, n: float, *, alpha: float = 0.05) -> float:
    """The chance that two samples of n each show the change from `share` to `other`."""
    null, actual = _share_spreads(share, other)
    excess = math.sqrt(n) * abs(other - share) - critical(1 - alpha) * null
    return float(special.ndtr(standardised(excess, actual)))


def share_sample(share: float, other: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """Answers needed in each of two samples to show the change from `share` to `other`."""
    null, actual = _share_spreads(share, other)
    reach = critical(1 - alpha) * null + float(special.ndtri(power)) * actual
    return (reach / (other - share)) ** 2


def detectable_share(
    share: float, n: float, *, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The nearest higher share that two samples of n tell from `share`; None if there is none."""

    def found(other: float) -> float:
        return share_power(share, other, n, alpha=alpha) - power

    highest = 1 - 1e-12
    if share >= highest or found(highest) <= 0:
        return None
    return crossing(found, share, highest)


def t_power(effect: float, n: float, other_n: float, *, alpha: float = 0.05) -> float:
    """The chance that Student's test of two samples shows `effect` standard deviations."""
    df = n + other_n - 2
    shift = effect / math.sqrt(1 / n + 1 / other_n)
    limit = critical(1 - alpha, df)
    above = 1 - float(special.nctdtr(df, shift, limit))
    return above + float(special.nctdtr(df, shift, -limit))


def t_sample(
    effect: float, *, alpha: float = 0.05, power: float = 0.8, ratio: float = 1.0
) -> float:
    """The size of the first sample, the second being `ratio` times as large, for `t_power`."""

    def found(n: float) -> float:
        return t_power(effect, n, ratio * n, alpha=alpha) - power

    normal = _reach(alpha, power) ** 2 * (1 + 1 / ratio) / effect**2
    return crossing(found, max(2.0, normal / 2), 2 * normal + 10)


def _reach(alpha: float, power: float) -> float:
    return critical(1 - alpha) + float(special.ndtri(power))


def _share_spreads(share: float, other: float) -> tuple[float, float]:
    """Standard deviations of the scaled change when the shares are equal, and as they are."""
    middle = (share + other) / 2
    null = math.sqrt(2 * middle * (1 - middle))
    return null, math.sqrt(share * (1 - share) + other * (1 - other))
