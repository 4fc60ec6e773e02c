"""Weights that make those who answered stand for all, and what they cost in certainty.

Everything works on cells (segments, or a table of several), never on rows: `counts` answers in
each cell, totals of y and y² over them, and the known population of cells or margins.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.errors import DataError

Array = NDArray[np.float64]


class WeightedMean(NamedTuple):
    """A mean and its standard error, infinite where the sample cannot tell."""

    mean: float
    se: float


class Stratum(NamedTuple):
    """n answers of a part of `population` people, their mean and sd (divisor n - 1)."""

    n: float
    mean: float
    sd: float
    population: float


def kish(total: float, squares: float) -> float:
    """The n that weighted answers are worth: `(Σw)² / Σw²`, from the two sums.

    Source: Kish 1965. Its inverse, times n, is the design effect of weighting.

    >>> kish(13.0, 16.6) > 10
    True
    """
    return total * total / squares


def poststratify(counts: ArrayLike, population: ArrayLike) -> Array:
    """The weight of an answer in each cell, `N_c / n_c`; 0 for a cell with neither.

    Raises DataError for a cell that has people but no answers.
    """
    answers, people = _floats(counts), _floats(population)
    _refuse_empty(answers, people, "cell")
    return _over(people, answers)


def poststratified_mean(
    counts: ArrayLike, sum_y: ArrayLike, sum_yy: ArrayLike, population: ArrayLike
) -> WeightedMean:
    """The post-stratified mean; its error rests on the spread about the cell means.

    `SE² = n/(n-1) · Σ_c w_c² (Syy_c - Sy_c²/n_c) / (Σ N)²`, as postStratify in R's survey.
    """
    answers, y = _floats(counts), _floats(sum_y)
    weights = poststratify(answers, population)
    return _residual_mean(weights, (answers, y, _floats(sum_yy)), _over(y, answers))


def rake(
    counts: ArrayLike,
    margins: Sequence[ArrayLike],
    *,
    tolerance: float = 1e-12,
    rounds: int = 1000,
) -> Array:
    """The weight of an answer in each cell of a table that fits the population's margins.

    `counts` has one axis a margin; `margins` holds the population along each axis, with equal
    totals. Iterative proportional fitting until no margin is off by more than `tolerance` of its
    total. Raises DataError for a category with people but no answers, for margins with different
    totals and when it does not converge. Source: Deming & Stephan 1940.
    """
    answers, targets = _floats(counts), [_floats(margin) for margin in margins]
    _check_margins(answers, targets)
    table = answers.copy()
    for _ in range(rounds):
        for axis, target in enumerate(targets):
            factors = _over(target, _margin(table, axis))
            table = table * np.expand_dims(factors, _others(table, axis))
        off = max(np.abs(_margin(table, axis) - t).max() for axis, t in enumerate(targets))
        if off <= tolerance * targets[0].sum():
            return _over(table, answers)
    raise DataError(
        f"raking did not converge in {rounds} rounds, a margin is still off by {off:.3g}: "
        "merge cells with few answers or weight by fewer margins"
    )


def raked_mean(
    counts: ArrayLike, sum_y: ArrayLike, sum_yy: ArrayLike, weights: ArrayLike
) -> WeightedMean:
    """The mean under raked weights; its error rests on the spread about a fit by all margins.

    y is regressed on the categories of every margin (unweighted); the residuals carry the
    weights: `SE² = n/(n-1) · Σ w² e² / (Σw)²`, as rake in R's survey.
    """
    answers, y = _floats(counts), _floats(sum_y)
    design = _categories(answers.shape)
    root = np.sqrt(answers).ravel()
    wanted = _over(y.ravel(), root)
    fit = design @ np.linalg.lstsq(design * root[:, None], wanted, rcond=None)[0]
    return _residual_mean(
        _floats(weights), (answers, y, _floats(sum_yy)), fit.reshape(answers.shape)
    )


def stratified_mean(strata: Sequence[Stratum]) -> WeightedMean:
    """The mean over strata sampled apart, each from a finite population.

    `SE² = Σ (N_h/N)² (1 - n_h/N_h) s_h²/n_h`. A stratum with one answer of several people has
    an unknown spread, so the error is infinite. Source: Cochran 1977.
    """
    people = sum(stratum.population for stratum in strata)
    mean = sum(stratum.population * stratum.mean for stratum in strata) / people
    return WeightedMean(mean, math.sqrt(sum(_stratum_variance(s, people) for s in strata)))


def _stratum_variance(stratum: Stratum, people: float) -> float:
    if stratum.n >= stratum.population:
        return 0.0
    if stratum.n < 2:
        return math.inf
    unseen = 1 - stratum.n / stratum.population
    return (stratum.population / people * stratum.sd) ** 2 * unseen / stratum.n


def _residual_mean(weights: Array, sums: tuple[Array, Array, Array], fit: Array) -> WeightedMean:
    """A weighted mean of cells (n, Sy, Syy) with its error from residuals off `fit`."""
    answers, y, yy = sums
    n, total = float(answers.sum()), float((weights * answers).sum())
    mean = float((weights * y).sum()) / total
    if n < 2:
        return WeightedMean(mean, math.inf)
    squares = np.maximum(yy - 2 * fit * y + fit**2 * answers, 0.0)
    return WeightedMean(mean, math.sqrt(n / (n - 1) * float((weights**2 * squares).sum())) / total)


def _categories(shape: tuple[int, ...]) -> Array:
    """One row a cell, one column a category of any axis: 1 where the cell lies in it."""
    places = np.indices(shape).reshape(len(shape), -1)
    columns = [np.eye(size)[place] for size, place in zip(shape, places, strict=True)]
    return np.hstack(columns)


def _check_margins(answers: Array, targets: list[Array]) -> None:
    if [len(target) for target in targets] != list(answers.shape):
        raise DataError(
            f"raking: the table of answers is {'x'.join(map(str, answers.shape))} but the margins "
            f"have {', '.join(str(len(target)) for target in targets)} categories"
        )
    totals = [float(target.sum()) for target in targets]
    if max(totals) - min(totals) > 1e-9 * max(totals):
        raise DataError(f"raking: the margins have different totals {totals}; make them equal")
    for axis, target in enumerate(targets):
        _refuse_empty(_margin(answers, axis), target, f"category of margin {axis + 1}")


def _refuse_empty(answers: Array, people: Array, what: str) -> None:
    empty = np.flatnonzero((answers == 0) & (people > 0))
    if empty.size:
        place = int(empty[0])
        raise DataError(
            f"weighting: {what} number {place + 1} has {people.flat[place]:g} people but no "
            "answers; merge it with another one"
        )


def _margin(table: Array, axis: int) -> Array:
    return np.asarray(table.sum(axis=_others(table, axis)), dtype=np.float64)


def _others(table: Array, axis: int) -> tuple[int, ...]:
    return tuple(other for other in range(table.ndim) if other != axis)


def _over(top: Array, base: Array) -> Array:
    return np.divide(top, base, out=np.zeros_like(top), where=base > 0)


def _floats(values: ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)
