"""Erlang's formulas, against R's queueing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import erlang


@pytest.mark.parametrize(
    "name", ["erlang_c.100_180_8", "erlang_c.240_300_24", "erlang_c.1000_240_72"]
)
def test_three_queues(vector, name):
    case = vector(name)
    given_ = case.inputs
    found = erlang.queue(
        given_["calls_per_hour"],
        given_["aht_s"],
        agents=given_["agents"],
        target_seconds=given_["target_s"],
    )
    case.check(
        traffic_erlangs=found.traffic,
        prob_wait=found.waits,
        erlang_b=erlang.erlang_b(found.traffic, found.agents),
        service_level=found.service_level,
        asa_s=found.answer_seconds,
        mean_queue=found.waiting,
        occupancy=found.occupancy,
    )


def test_agents_needed(vector):
    case = vector("erlang_c.agents_needed")
    agents = [
        erlang.agents_needed(
            row["calls_per_hour"],
            row["aht_s"],
            target_seconds=row["target_s"],
            service_level=row["sl"],
        )
        for row in case.inputs["cases"]
    ]
    shrinkage = case.inputs["shrinkage"]
    case.check(agents=agents, scheduled=[erlang.scheduled(n, shrinkage=shrinkage) for n in agents])


def poisson_ratio(load, agents):
    """Erlang B from its definition, in exact whole numbers."""
    terms = [load**n * math.factorial(agents) // math.factorial(n) for n in range(agents + 1)]
    return terms[-1] / sum(terms)


@pytest.mark.parametrize(("load", "agents"), [(1, 1), (3, 5), (10, 10), (40, 30), (90, 100)])
def test_the_recursion_is_the_definition(load, agents):
    assert erlang.erlang_b(load, agents) == pytest.approx(poisson_ratio(load, agents), rel=1e-12)


@given(st.floats(0.1, 200), st.integers(1, 250))
def test_one_agent_more_never_hurts(load, agents):
    fewer, more = erlang.erlang_c(load, agents), erlang.erlang_c(load, agents + 1)
    assert 0 <= more <= fewer <= 1
    assert erlang.erlang_b(load, agents + 1) < erlang.erlang_b(load, agents) or more < 1e-12


@given(st.floats(1, 2000), st.floats(30, 900), st.floats(0, 120), st.floats(0.1, 0.99))
def test_agents_needed_are_enough_and_one_less_is_not(calls, handle, target, level):
    agents = erlang.agents_needed(calls, handle, target_seconds=target, service_level=level)
    enough = erlang.queue(calls, handle, agents=agents, target_seconds=target)
    short = erlang.queue(calls, handle, agents=agents - 1, target_seconds=target)
    assert short.service_level < level <= enough.service_level
    assert enough.occupancy < 1


@given(st.floats(1, 500), st.floats(1.01, 1.5))
def test_more_calls_wait_longer(calls, factor):
    agents = erlang.agents_needed(calls * factor, 200, target_seconds=20, service_level=0.5)
    few = erlang.queue(calls, 200, agents=agents, target_seconds=20)
    many = erlang.queue(calls * factor, 200, agents=agents, target_seconds=20)
    assert few.answer_seconds < many.answer_seconds
    assert few.service_level > many.service_level


def test_a_thousand_agents_and_more():
    found = erlang.queue(11_800, 300, agents=1000, target_seconds=20)
    assert found.traffic == pytest.approx(983.333333)
    assert 0 < found.waits < 1
    # Halfin and Whitt's limit: P(wait) = 1 / (1 + b Phi(b) / phi(b)), b = (n - A) / sqrt(A)
    b = (1000 - found.traffic) / math.sqrt(found.traffic)
    ratio = math.sqrt(2 * math.pi) * math.exp(b * b / 2) * (1 + math.erf(b / math.sqrt(2))) / 2
    assert found.waits == pytest.approx(1 / (1 + b * ratio), rel=0.02)
    assert erlang.erlang_c(9_900, 10_000) < 1
    assert erlang.erlang_c(0.001, 5000) == 0


def test_a_queue_that_grows_without_end():
    found = erlang.queue(100, 180, agents=5, target_seconds=20)
    assert (found.waits, found.service_level, found.occupancy) == (1, 0, 1)
    assert (found.answer_seconds, found.waiting) == (math.inf, math.inf)


def test_no_calls_need_nobody():
    assert erlang.agents_needed(0, 180, target_seconds=20, service_level=0.8) == 0
    found = erlang.queue(0, 180, agents=0, target_seconds=20)
    assert (found.waits, found.service_level, found.answer_seconds) == (0, 1, 0)


def test_nobody_can_promise_to_answer_all_in_time():
    with pytest.raises(ValueError, match="below 1, not 80"):
        erlang.agents_needed(100, 180, target_seconds=20, service_level=80)


@pytest.mark.parametrize(
    ("agents", "shrinkage", "people"), [(7, 0.3, 10), (9, 0.1, 10), (0, 0.3, 0)]
)
def test_rounding_does_not_hire_anybody(agents, shrinkage, people):
    assert erlang.scheduled(agents, shrinkage=shrinkage) == people
