"""Which numbers are answers and which are codes."""

from __future__ import annotations

import pytest

from milepost.engine.guessing.ends import contradicted
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.questions import ANY
from milepost.engine.guessing.scales import fit


def many(*numbers: float) -> dict[float, int]:
    return dict.fromkeys(numbers, 100)


@pytest.mark.parametrize(
    ("numbers", "scale", "codes"),
    [
        (many(1, 2, 3, 4, 5), (1, 5), ()),
        (many(0, 1, 2, 3, 4, 5, 6), (1, 5), (0, 6)),
        ({**many(1, 2, 3, 4, 5), 99: 20}, (1, 5), (99,)),
        ({**many(1, 2, 3, 4, 5, 6, 7), -99: 70}, (1, 7), (-99,)),
        ({**many(1, 2, 3, 4, 5, 6, 7), 9: 3}, (1, 7), (9,)),
        (many(*range(11)), (0, 10), ()),
        ({**many(*range(11)), 11: 84}, (0, 10), (11,)),
        (many(*range(1, 11)), (1, 10), ()),
        ({3: 2, 4: 1, 5: 4}, (1, 5), ()),
        (many(1, 2, 3), (1, 3), ()),
    ],
)
def test_scale_and_codes(numbers, scale, codes):
    found = fit(numbers, ANY)
    assert found is not None
    assert (found.scale, found.codes) == (scale, codes)


@pytest.mark.parametrize("numbers", [many(12, 80), many(1), many(1.5, 2.25), many(1, 2, 50)])
def test_no_scale(numbers):
    assert fit(numbers, ANY) is None


@pytest.mark.parametrize(("six", "doubtful"), [(5, False), (100, True)])
def test_one_frequent_number_beside_the_scale_is_doubtful(six, doubtful):
    found = fit({**many(1, 2, 3, 4, 5), 6: six}, ANY)
    assert found is not None
    assert found.doubtful is doubtful


def test_a_scale_that_runs_against_recommending_is_opened():
    loyal = Question("nps", "nps", "nps", "")
    marks = Question("csat", "mark", "csat", "", scale=(1, 5))
    rows = [{"nps": str(n % 11), "mark": str(5 - n % 11 // 2.5)} for n in range(60)]
    assert contradicted([loyal, marks], rows)[1].open
    assert not contradicted([loyal, marks], rows, but=["mark"])[1].open
    agreeing = [{"nps": str(n % 11), "mark": str(1 + n % 11 // 2.5)} for n in range(60)]
    assert not contradicted([loyal, marks], agreeing)[1].open
