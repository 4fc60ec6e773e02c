"""The estimators: from a metric's sums, bucket by bucket, to value, interval and n."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite, sqrt
from typing import ClassVar, Literal

from milepost.metrics.amounts import ShareOfAmounts as ShareOfAmounts
from milepost.metrics.quantile import Quantile as Quantile
from milepost.metrics.sums import Array as Array
from milepost.metrics.sums import BucketSums as BucketSums
from milepost.metrics.sums import Design as Design
from milepost.metrics.sums import Estimate as Estimate
from milepost.metrics.sums import Histogram as Histogram
from milepost.stats.clusters import Linearised, effective_n, linearise
from milepost.stats.growth import compounded, compounded_interval
from milepost.stats.interval import Interval
from milepost.stats.means import finite_population_n, mean_interval
from milepost.stats.nets import adjusted_wald
from milepost.stats.quantiles import critical
from milepost.stats.rates import rate_interval
from milepost.stats.shares import agresti_coull, shrunken, wilson


@dataclass(frozen=True, slots=True)
class _Spread:
    """How much information the rows hold: n_eff rows' worth, with df for Student's t."""

    linear: Linearised | None
    n: float
    n_eff: float
    df: float | None
    clusters: int | None
    how: str = "cluster-robust"

    def method(self, formula: str) -> str:
        """The formula's name with what was done about repeats, weights and small populations."""
        return formula if self.df is None else f"{formula}, {self.how}"


def _spread(y: Array, x: Array, *, n: float, simple_variance: float, sums: BucketSums) -> _Spread:
    """R3 of the statistical reference: the effective n of a share, net share or mean."""
    if sums.design:
        return _by_design(sums.design, n=n, sums=sums)
    linear = linearise(y, x)
    if sums.simple:
        return _Spread(linear, n, finite(n, n, sums), None, None)
    n_eff = effective_n(
        n, variance=linear.variance, simple_variance=simple_variance, units=linear.units
    )
    return _Spread(linear, n, finite(n_eff, n, sums), linear.units - 1, linear.units)


def _by_design(design: Design, *, n: float, sums: BucketSums) -> _Spread:
    """Repeats and weights as in the whole that the cell is a part of; at least one row's worth."""
    if sums.simple:
        return _Spread(None, n, finite(n, n, sums), None, None)
    n_eff = finite(max(n / design.effect, 1.0), n, sums)
    df = None if design.clusters is None else design.clusters - 1
    return _Spread(None, n, n_eff, df, design.clusters, "design effect of all segments")


def finite(n_eff: float, n: float, sums: BucketSums) -> float:
    """The effective n in a finite population, by the share of its people who answered.

    More people than it has cannot be: then the headcount is not that of those asked. Where people
    answered several times, how much of all they would have said is missing is not known.
    """
    came = n if sums.respondents is None else sums.respondents
    if sums.population is None or came > sums.population or came < n:
        return n_eff
    return n_eff * finite_population_n(came, sums.population) / came


@dataclass(frozen=True, slots=True)
class Share:
    """part / of, as a proportion: Wilson interval, or that of Agresti and Coull.

    Several shares of one whole that are read together get Goodman's: Wilson's at the confidence
    that holds for all of them at once, which the caller gives.
    """

    name: ClassVar[str] = "share"
    scale: ClassVar[tuple[float, float]] = (0.0, 1.0)
    part: str
    of: str = "n"
    formula: Literal["Wilson", "Agresti-Coull", "Goodman"] = "Wilson"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The share with its interval; None without rows."""
        y, x = sums.used[self.part], sums.used[self.of]
        if x.sum() <= 0:
            return None
        share, n = float(y.sum() / x.sum()), sums.n(self.of)
        variance = share * (1 - share)
        spread = _spread(y, x, n=n, simple_variance=variance / n, sums=sums)
        formula = agresti_coull if self.formula == "Agresti-Coull" else wilson
        interval = formula(share, spread.n_eff, conf=conf, df=spread.df)
        # A plain error of 0 (all answers alike) would call every change certain.
        guarded = shrunken(share, spread.n_eff, pseudo=2)
        se = sqrt(guarded.share * (1 - guarded.share) / guarded.n)
        return _made(share, interval, se, spread, self.scale, self.formula)


@dataclass(frozen=True, slots=True)
class NetShare:
    """positive / of minus negative / of: adjusted Wald interval."""

    name: ClassVar[str] = "net share"
    scale: ClassVar[tuple[float, float]] = (-1.0, 1.0)
    positive: str
    negative: str
    of: str = "n"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The net share with its interval; None without rows."""
        p, d, x = (sums.used[name] for name in (self.positive, self.negative, self.of))
        if x.sum() <= 0:
            return None
        positive, negative = float(p.sum() / x.sum()), float(d.sum() / x.sum())
        net, n = positive - negative, sums.n(self.of)
        variance = max(positive + negative - net * net, 0.0)
        spread = _spread(p - d, x, n=n, simple_variance=variance / n, sums=sums)
        wald = adjusted_wald(positive, negative, spread.n_eff, conf=conf, df=spread.df)
        interval = Interval(wald.low, wald.high)
        return _made(net, interval, wald.se, spread, self.scale, "adjusted Wald")


@dataclass(frozen=True, slots=True)
class Mean:
    """total / of, with the sum of squares for its spread: Student's t.

    `step` is the least difference between two values, 1 for scores. Where all are alike, the
    spread is that of one value a step off: no sample proves that nobody ever differs.
    """

    name: ClassVar[str] = "mean"
    scale: ClassVar[tuple[float, float]] = (-inf, inf)
    total: str
    squares: str
    of: str = "n"
    step: float = 0.0

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The mean with its interval; None without rows."""
        y, x, yy = (sums.used[name] for name in (self.total, self.of, self.squares))
        if x.sum() <= 0:
            return None
        mean, n = float(y.sum() / x.sum()), sums.n(self.of)
        variance = max(float(yy.sum() / x.sum()) - mean * mean, 0.0)
        sample = variance * n / (n - 1) if n > 1 else inf
        spread = _spread(y, x, n=n, simple_variance=sample / n, sums=sums)
        df = n - 1 if spread.df is None else spread.df
        sample = max(sample, self.step**2 / n)
        interval = _around_mean(mean, sample, spread.n_eff, conf=conf, df=df)
        se = sqrt(sample / spread.n_eff)
        return _made(mean, interval, se, spread, self.scale, "Student's t")


@dataclass(frozen=True, slots=True)
class Ratio:
    """over / under, two sums that both vary: the delta method over buckets of customers."""

    name: ClassVar[str] = "ratio"
    scale: ClassVar[tuple[float, float]] = (-inf, inf)
    over: str
    under: str
    of: str = "n"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The ratio with its interval; None where nothing is under the line."""
        y, x = sums.used[self.over], sums.used[self.under]
        if x.sum() == 0:
            return None
        linear, n = linearise(y, x), sums.n(self.of)
        df = max(linear.units - 1, 0)
        interval = mean_interval(linear.ratio, sqrt(linear.variance), 1.0, conf=conf, df=df)
        return Estimate(
            linear.ratio, interval, sqrt(linear.variance), n, n, linear.units, df,
            "delta method, cluster-robust", linear,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """events / exposure, a count in so much time: exact Poisson interval.

    Where events of one customer come in bursts, or have weights, it is that of as many events as
    would be as sure.
    """

    name: ClassVar[str] = "rate"
    scale: ClassVar[tuple[float, float]] = (0.0, inf)
    events: str
    exposure: str

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The rate with its interval; None without exposure, or of fewer events than none."""
        happened, time = sums.used[self.events], sums.used[self.exposure]
        if time.sum() <= 0 or happened.sum() < 0:
            return None
        n, rate = sums.n(self.events), float(happened.sum() / time.sum())
        linear = linearise(happened, time)
        if sums.simple or rate <= 0 or linear.units < 2:
            interval = rate_interval(n, float(time.sum()), conf=conf)
            error = sqrt(n) / float(time.sum())
            return Estimate(rate, interval, error, n, n, None, None, "exact Poisson", linear)
        n_eff, df = min(n, rate * rate / linear.variance), linear.units - 1
        sure = n_eff * (critical(conf) / critical(conf, df)) ** 2
        interval = rate_interval(sure, sure / rate, conf=conf).containing(rate)
        return Estimate(
            rate, interval, rate / sqrt(n_eff), n, n_eff, linear.units, df,
            "exact Poisson, cluster-robust", linear,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """A sum that is fully counted: it has no interval, only its change is judged."""

    name: ClassVar[str] = "total"
    scale: ClassVar[tuple[float, float]] = (-inf, inf)
    of: str
    rows: str = "n"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The total; None without rows."""
        n = sums.n(self.rows)
        if n == 0:
            return None
        return Estimate(float(sums.plain[self.of].sum()), None, 0.0, n, n, None, None, "counted")


@dataclass(frozen=True, slots=True)
class Yearly:
    """A share lost in a period, carried on for a year: `1 - (1 - c)^(12 / months)`.

    `months` is the sum over rows of how many months the period has.
    """

    name: ClassVar[str] = "yearly share"
    scale: ClassVar[tuple[float, float]] = (0.0, 1.0)
    share: Share
    months: str

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The share of a year, both limits carried on alike; None without rows or time."""
        found, months = self.share.estimate(sums, conf=conf), sums.n(self.months)
        if found is None or found.interval is None or months <= 0:
            return None
        periods = 12 * found.n / months
        value = compounded(found.value, periods=periods)
        # With everybody lost there is no more to lose, and no telling how far off that is.
        slope = periods * float((1 - found.value) ** (periods - 1)) if found.value < 1 else inf
        linear = found.linear if isfinite(slope) else None
        return replace(
            found, value=value, interval=compounded_interval(found.interval, periods=periods),
            se=found.se * slope, method=f"{found.method}, carried on for a year",
            linear=linear and replace(
                linear, ratio=value, variance=linear.variance * slope**2,
                influence=linear.influence * slope,
            ),
        )  # fmt: skip


def _around_mean(mean: float, variance: float, n: float, *, conf: float, df: float) -> Interval:
    if not isfinite(variance) or df <= 0:
        return Interval(-inf, inf)
    return mean_interval(mean, sqrt(variance), n, conf=conf, df=df)


Estimator = Share | NetShare | Mean | Ratio | Rate | Total | Quantile | ShareOfAmounts | Yearly


def _made(
    value: float,
    interval: Interval,
    se: float,
    spread: _Spread,
    scale: tuple[float, float],
    formula: str,
) -> Estimate:
    shown = interval.clipped(*scale).containing(value)
    return Estimate(
        value, shown, se, spread.n, spread.n_eff, spread.clusters, spread.df,
        spread.method(formula), spread.linear,
    )  # fmt: skip
