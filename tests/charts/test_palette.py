"""Colours: the pages' own, strong enough on their ground, and told apart by every kind of eye."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from milepost.charts.palette import DARK, THEMES, Theme
from tests.conftest import ROOT

TOKENS = ROOT / "src/milepost/server/static/milepost/tokens.css"
# Simulations of complete colour blindness: Machado, Oliveira & Fernandes (2009), severity 1.0.
EYES = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
THEME = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
# Below a difference of about ten in CIELAB, small areas are taken for one colour.
LEAST = 12


def tokens(dark: bool) -> dict[str, str]:
    light, _, rest = TOKENS.read_text(encoding="utf-8").partition("@media")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", rest if dark else light))


def linear(colour: str) -> NDArray[np.float64]:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2."""
    lights = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (one, other))
    return lights[1] / lights[0]


def seen(colour: str, eye: str) -> NDArray[np.float64]:
    """A colour in CIELAB as an eye sees it."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x = xyz @ np.clip(EYES[eye] @ linear(colour), 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@THEME
def test_colours_with_the_names_of_tokens_are_the_tokens(theme: Theme) -> None:
    known = tokens(theme is DARK)
    names = ("paper", "ink", "quiet", "line", "accent", "good", "bad", "warn")
    assert {name: getattr(theme, name) for name in names} == {name: known[name] for name in names}
    assert theme.strong_line == known["strong-line"]


@THEME
def test_marks_have_three_to_one_and_texts_four_and_a_half(theme: Theme) -> None:
    marks = (*theme.boxes, theme.accent, theme.good, theme.bad, theme.strong_line)
    for ground in (theme.paper, tokens(theme is DARK)["ground"]):
        assert min(contrast(mark, ground) for mark in marks) >= 3
        assert min(contrast(text, ground) for text in (theme.ink, theme.quiet, theme.warn)) >= 4.5


@THEME
@pytest.mark.parametrize("eye", EYES)
def test_ends_of_a_scale_are_told_apart_by_every_eye(theme: Theme, eye: str) -> None:
    distances = [
        np.linalg.norm(seen(a, eye) - seen(b, eye)) for a, b in combinations(theme.boxes, 2)
    ]
    assert min(distances) >= LEAST


@THEME
def test_figures_in_a_heat_map_can_be_read_all_the_way(theme: Theme) -> None:
    low, high = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in theme.heat)
    for way in np.linspace(0, 1, 41):
        ground = "#" + "".join(f"{round(v):02x}" for v in low + way * (high - low))
        assert contrast(theme.ink, ground) >= 4.5, f"{way:.2f}"
