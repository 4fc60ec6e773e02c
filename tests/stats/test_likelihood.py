"""Maximum likelihood where the answer is known in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from milepost.stats.likelihood import Score, maximise


class Rate(NamedTuple):
    """The rate of an exponential distribution."""

    rate: float


def waited(total, n):
    return lambda model: Score(
        n * np.log(model.rate) - model.rate * total, np.array([n / model.rate - total])
    )


@pytest.mark.parametrize("start", [1e-4, 1.0, 1e4])
def test_a_rate_is_events_by_time_from_wherever_it_starts(start):
    found = maximise(waited(50.0, 400), start=Rate(start), n=400)
    assert found.converged
    assert found.model.rate == pytest.approx(8.0, rel=1e-6)
    assert found.loglik == pytest.approx(400 * np.log(8) - 400)
    assert found.covariance == pytest.approx(np.array([[1 / 400]]), rel=1e-6)


def test_errors_follow_by_the_delta_method_in_the_shape_of_the_figure():
    found = maximise(waited(50.0, 400), start=Rate(1.0), n=400)
    errors = found.se(lambda model: [[model.rate, 1 / model.rate], [model.rate**2, 3.0]])
    assert errors == pytest.approx(np.array([[8 / 20, 1 / 160], [128 / 20, 0.0]]), rel=1e-6)
    assert found.se(lambda model: model.rate).shape == ()


def test_a_parameter_that_runs_away_is_not_converged_however_many_say_so():
    def growing(model):
        return Score(-1e9 / model.rate, np.array([1e9 / model.rate**2]))

    found = maximise(growing, start=Rate(1.0), n=1e9)
    assert found.model.rate == pytest.approx(1e6)
    assert not found.converged
    assert np.isinf(found.covariance).all()
    assert np.isinf(found.se(lambda model: model.rate))
