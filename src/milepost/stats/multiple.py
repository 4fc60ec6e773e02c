"""Many comparisons at once: p-values adjusted for their number, in the order given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """q-values: the smallest rate of false discoveries at which each comparison counts.

    `min over k >= rank of p_(k) m / k`. Holds for independent and positively dependent
    comparisons. Source: Benjamini & Hochberg 1995.

    >>> benjamini_hochberg([0.01, 0.04, 0.5])
    (0.03, 0.06, 0.5)
    """
    return _step_up(ps, len(ps))


def benjamini_yekutieli(ps: Sequence[float]) -> tuple[float, ...]:
    """q-values that hold under any dependence, m·(1 + 1/2 + … + 1/m) in place of m (2001)."""
    return _step_up(ps, len(ps) * sum(1 / rank for rank in range(1, len(ps) + 1)))


def two_stage(ps: Sequence[float], *, alpha: float = 0.05) -> tuple[float, ...]:
    """q-values with the number of true effects estimated by a first Benjamini-Hochberg step.

    m is replaced by the number not found at `alpha`; with none or all found it is the plain
    procedure. Source: Benjamini, Krieger & Yekutieli 2006.
    """
    plain = benjamini_hochberg(ps)
    missed = sum(q > alpha for q in plain)
    return _step_up(ps, missed) if missed else plain


def bonferroni(ps: Sequence[float]) -> tuple[float, ...]:
    """`min(1, m p)`: the chance of any false discovery."""
    return tuple(min(1.0, len(ps) * float(p)) for p in ps)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """As Bonferroni's, stepping down from the smallest p; never larger (Holm 1979).

    >>> holm([0.01, 0.04, 0.5])
    (0.03, 0.08, 0.5)
    """
    order, sorted_ps = _sorted(ps)
    left = np.arange(len(ps), 0, -1)
    return _back(np.maximum.accumulate(sorted_ps * left), order)


def _step_up(ps: Sequence[float], many: float) -> tuple[float, ...]:
    order, sorted_ps = _sorted(ps)
    ratios = sorted_ps * many / np.arange(1, len(ps) + 1)
    return _back(np.minimum.accumulate(ratios[::-1])[::-1], order)


def _sorted(ps: Sequence[float]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    values = np.asarray(ps, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    return order, values[order]


def _back(sorted_values: NDArray[np.float64], order: NDArray[np.intp]) -> tuple[float, ...]:
    values = np.empty_like(sorted_values)
    values[order] = np.minimum(sorted_values, 1.0)
    return tuple(values.tolist())
