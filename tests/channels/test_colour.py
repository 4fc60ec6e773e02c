"""Ink that can be read on any brand's colour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.channels.colour import contrast, upon

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(background=COLOURS)
def test_ink_on_any_colour_meets_wcag_aa(background: str) -> None:
    assert contrast(upon(background), background) >= 4.5


# From the worked examples of WCAG 2 understanding documents and common checkers.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)
