"""What customers may still bring: purchases by BG/NBD, their value by Gamma-Gamma, and a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.engine.customer_cells import Cells, Spent, condensed
from milepost.engine.customers import WEEK, Known
from milepost.stats import lifetime, spend
from milepost.stats.interval import Interval, around
from milepost.stats.lifetime import Purchasing
from milepost.stats.likelihood import Fit
from milepost.stats.spend import Spending
from milepost.stats.value import discounted_purchases

Floats = NDArray[np.float64]

MONTH = 365.25 / 12 / WEEK  # in weeks
FEWEST = 10  # customers who bought again, below which no model of them means anything
LAST_FREQUENCY = 7  # repeats, from which on customers are shown together
# Beyond so many cells customers alike to within a week are one, first where a cell costs most; for
# standard errors, which need no such digits, to within four weeks.
_MOST_FITTED, _MOST_CELLS, _MOST_ROUGH = 500_000, 50_000, 4_000


class Horizon(NamedTuple):
    """How far ahead, in months, and the yearly rate by which what comes later counts less."""

    months: int
    yearly: float


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """The fitted models; without `spending` every purchase is worth `plain`, the mean of all."""

    buying: Fit[Purchasing]
    spending: Fit[Spending] | None
    plain: float
    correlation: float


@dataclass(frozen=True, slots=True)
class ToCome:
    """What customers may still bring within the horizon, discounted: in total and on average.

    `alive` and `purchases` (not discounted) are numbers expected of all of them. The intervals hold
    what the sample leaves open of the models, and are None where it does not determine them.
    """

    customers: int
    alive: float
    purchases: float
    total: float
    mean: float
    total_low: float | None
    total_high: float | None
    mean_low: float | None
    mean_high: float | None


@dataclass(frozen=True, slots=True)
class Frequency:
    """Customers with so many repeats before the split (7: or more), and what came after, each."""

    repeats: int
    customers: int
    predicted: float
    actual: float


@dataclass(frozen=True, slots=True)
class Check:
    """What models that know the days before `split` predict until `until` (exclusive), and what came."""

    split: date
    until: date
    customers: int
    predicted: float
    actual: float
    predicted_money: float
    actual_money: float
    by_repeats: tuple[Frequency, ...]

    @property
    def miss(self) -> float | None:
        """How much more was predicted than came, as a share of what came; None where nothing did."""
        return self.predicted / self.actual - 1 if self.actual else None

    @property
    def money_miss(self) -> float | None:
        """The same for the value of what was bought."""
        return self.predicted_money / self.actual_money - 1 if self.actual_money > 0 else None


def models(cells: Cells, spent: Spent) -> Models | None:
    """The models of customers' purchases; None where too few bought again."""
    again = cells.repeats > 0
    if cells.customers[again].sum() < FEWEST:
        return None
    fine = _fine(cells, most=_MOST_FITTED)
    buying = lifetime.fit(fine.repeats, fine.last, fine.age, weight=fine.customers)
    repeats = float(cells.repeats @ cells.customers)
    plain = float(cells.money.sum()) / repeats
    if spent.customers.sum() < FEWEST:
        return Models(buying, None, plain, 0.0)
    spending = spend.fit(spent.repeats, spent.mean, weight=spent.customers)
    together = spend.correlation(spent.repeats, spent.mean, weight=spent.customers)
    sound = spending.converged and spending.model.q > 1
    return Models(buying, spending if sound else None, plain, together)


def to_come(found: Models, cells: Cells, horizon: Horizon) -> ToCome:
    """What the customers of the cells may still bring, all of them together and each on average."""
    fine, n = _fine(cells), cells.n
    model, when = found.buying.model, (fine.repeats, fine.last, fine.age)
    total = float(_purchases(model, fine, horizon) @ _money(found, fine))
    ends = _interval(found, fine, horizon, total)
    return ToCome(
        customers=round(n),
        alive=float(lifetime.alive(model, *when) @ fine.customers),
        purchases=float(
            lifetime.expected(model, *when, ahead=MONTH * horizon.months) @ fine.customers
        ),
        total=total, mean=total / n,
        total_low=ends and ends.low, total_high=ends and ends.high,
        mean_low=ends and ends.low / n, mean_high=ends and ends.high / n,
    )  # fmt: skip


def newcomer(found: Models, first: float, horizon: Horizon) -> Floats:
    """What a new customer may have brought after 0, 1, ... months, not discounted; `first` at once."""
    months = np.arange(horizon.months + 1.0)
    again = lifetime.expected_new(found.buying.model, MONTH * months)
    return np.asarray(first + again * mean_money(found), dtype=np.float64)


def newcomer_value(found: Models, first: float, horizon: Horizon) -> float:
    """What a new customer may bring within the horizon, discounted; `first` at once."""
    again = discounted_purchases(
        found.buying.model, 0, 0, 0, month=MONTH, months=horizon.months, yearly=horizon.yearly
    )
    return first + float(again) * mean_money(found)


def mean_money(found: Models) -> float:
    """The mean value of a purchase over customers."""
    return spend.population_mean(found.spending.model) if found.spending else found.plain


def checked(found: Models, early: Cells, known: Known) -> Check:
    """What the models expected of customers after the split, against what came."""
    assert known.split is not None, "asked only where there is a split"
    fine = _fine(early)
    weeks = ((known.end - known.split).days + 1) / WEEK
    each = lifetime.expected(found.buying.model, fine.repeats, fine.last, fine.age, ahead=weeks)
    predicted = each * fine.customers
    return Check(
        split=known.split, until=date.fromordinal(known.end.toordinal() + 1),
        customers=round(fine.n),
        predicted=float(predicted.sum()), actual=float(fine.later.sum()),
        predicted_money=float(each @ _money(found, fine)),
        actual_money=float(fine.later_money.sum()),
        by_repeats=tuple(_by_repeats(fine, predicted)),
    )  # fmt: skip


def _by_repeats(fine: Cells, predicted: Floats) -> Iterator[Frequency]:
    repeats = np.minimum(fine.repeats, LAST_FREQUENCY)
    for number in range(LAST_FREQUENCY + 1):
        here = repeats == number
        people = float(fine.customers[here].sum())
        if people:
            expected, came = predicted[here].sum() / people, fine.later[here].sum() / people
            yield Frequency(number, round(people), float(expected), float(came))


def _fine(cells: Cells, *, most: int = _MOST_CELLS, weeks: float = 1) -> Cells:
    return cells if len(cells.repeats) <= most else condensed(cells, weeks=weeks)


def _purchases(model: Purchasing, cells: Cells, horizon: Horizon) -> Floats:
    return discounted_purchases(
        model, cells.repeats, cells.last, cells.age,
        month=MONTH, months=horizon.months, yearly=horizon.yearly,
    )  # fmt: skip


def _money(found: Models, cells: Cells) -> Floats:
    """What a purchase of each customer of a cell is worth, added up over them."""
    if found.spending is None:
        return found.plain * cells.customers
    return _money_by(found.spending.model, cells)


def _money_by(model: Spending, cells: Cells) -> Floats:
    # what is expected of a customer is linear in the money so far: the cell's sum is enough
    mean = cells.money / (cells.customers * np.maximum(cells.repeats, 1))
    return cells.customers * spend.expected(model, cells.repeats, mean)


def _interval(found: Models, cells: Cells, horizon: Horizon, total: float) -> Interval | None:
    """The interval of the total, by the delta method: the errors of both models are independent."""
    rough = _fine(cells, most=_MOST_ROUGH, weeks=4)
    money = _money(found, rough)
    buying: Callable[[Purchasing], float] = lambda m: float(_purchases(m, rough, horizon) @ money)  # noqa: E731
    variance = float(found.buying.se(buying)) ** 2
    if found.spending:
        often = _purchases(found.buying.model, rough, horizon)
        spending: Callable[[Spending], float] = lambda m: float(often @ _money_by(m, rough))  # noqa: E731
        variance += float(found.spending.se(spending)) ** 2
    if not np.isfinite(variance):
        return None
    low, high = around(total, float(np.sqrt(variance)))
    return Interval(max(low, 0.0), high)
