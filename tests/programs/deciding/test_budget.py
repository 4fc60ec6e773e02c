"""The budget against a search by hand: day by day, the first that breaks no rule."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.deciding.budget import AccountLimit, Budget, account_free, throttle
from tests.programs.deciding.people import NOW, asked

DAY = timedelta(days=1)
DAYS = st.integers(-60, 60)


@given(
    st.lists(st.tuples(DAYS, st.sampled_from(["nps", "csat"])), max_size=6),
    st.integers(0, 40),
    st.dictionaries(st.sampled_from(["nps", "csat"]), st.integers(0, 90)),
)
def test_a_throttle_ends_on_the_first_free_day(askings, days, by_type):
    budget = Budget(days, by_type)

    def free(day: int) -> bool:
        return all(
            abs(day + ago) >= max(days, by_type.get("nps", 0) if kind == "nps" else 0)
            for ago, kind in askings
        )

    found = throttle(
        [asked(ago, kind) for ago, kind in askings],
        NOW, survey_type="nps", gaps=budget.gaps("nps"),
    )  # fmt: skip
    first = next(day for day in range(10_000) if free(day))
    assert (found is None) == (first == 0)
    if found:
        assert found[1] == NOW + first * DAY


@given(st.lists(DAYS, max_size=12), st.integers(1, 4), st.integers(1, 40))
def test_an_account_is_free_on_the_first_day_that_keeps_its_limit(past, askings, days):
    def kept(day: int) -> bool:
        """No stretch of days with the new asking in it holds too many."""
        near = [at for at in past if abs(at - day) < days]
        return not any(
            max(day, *others) - min(day, *others) < days for others in combinations(near, askings)
        )

    first = next(day for day in range(10_000) if kept(day))
    limit = AccountLimit(askings, days)
    found = account_free(limit, [NOW + at * DAY for at in past], NOW)
    assert found == NOW + first * DAY
