"""Colours by their part in a chart, for light and dark grounds, safe for colour-blind readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from milepost.charts.locales import number_format, time_format


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one ground; those with names of the pages' tokens are the same as theirs.

    `boxes` are the good, the middle and the bad end of a scale, told apart on the ground, and from
    each other, by readers of any colour vision; `heat` goes from none to all, and ink can be read on it.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    line: str
    strong_line: str
    accent: str
    good: str
    bad: str
    warn: str
    boxes: tuple[str, str, str]
    heat: tuple[str, str]


LIGHT = Theme(
    name="light", paper="#ffffff", ink="#22252a", quiet="#5c6068", line="#dcd8d0",
    strong_line="#857f74", accent="#1f5f8b", good="#1c6b4a", bad="#a33022", warn="#7a5200",
    boxes=("#1f5f8b", "#857f74", "#c4560f"), heat=("#eef4f9", "#6fa3c9"),
)  # fmt: skip
DARK = Theme(
    name="dark", paper="#1c2026", ink="#e9eaec", quiet="#a7adb6", line="#363c45",
    strong_line="#8a919c", accent="#82bce6", good="#7fd0a6", bad="#f2a196", warn="#e9c26b",
    boxes=("#82bce6", "#8a919c", "#cf7a33"), heat=("#232b34", "#34648a"),
)  # fmt: skip
THEMES = (LIGHT, DARK)
FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
)


def config(theme: Theme, lang: str) -> dict[str, Any]:
    """How Vega-Lite draws in a theme and a language: fonts, axes, and the styles of `_styles`."""
    return {
        "background": "transparent", "aria": False, "font": FONT, "view": {"stroke": None},
        "axis": {
            "labelColor": theme.quiet, "titleColor": theme.quiet, "labelFontSize": 12,
            "titleFontSize": 12, "titleFontWeight": "normal", "titlePadding": 8,
            "gridColor": theme.line, "domainColor": theme.strong_line,
            "tickColor": theme.strong_line, "labelPadding": 6, "labelSeparation": 6,
        },
        "axisY": {"domain": False, "ticks": False},
        "range": {"ordinal": list(theme.boxes), "heatmap": list(theme.heat)},
        "style": _styles(theme),
        "locale": {"number": number_format(lang), "time": time_format(lang)},
    }  # fmt: skip


def _styles(theme: Theme) -> dict[str, dict[str, Any]]:
    """Marks by what they say."""
    return {
        "band": {"color": theme.accent, "opacity": 0.16},
        "course": {"color": theme.accent, "strokeWidth": 2},
        "running": {"color": theme.accent, "strokeWidth": 2, "strokeDash": [2, 4]},
        "whisker": {"color": theme.accent, "strokeWidth": 2, "opacity": 0.5},
        "dot": {"opacity": 1, "color": theme.accent, "stroke": theme.paper, "strokeWidth": 1},
        "hollow": {"opacity": 1, "color": theme.paper, "stroke": theme.accent, "strokeWidth": 2},
        "better": {"opacity": 1, "color": theme.good, "stroke": theme.paper, "strokeWidth": 1},
        "worse": {"opacity": 1, "color": theme.bad, "stroke": theme.paper, "strokeWidth": 1},
        "target": {"color": theme.warn, "strokeWidth": 1.5, "strokeDash": [6, 3]},
        "target-name": {"color": theme.warn, "fontSize": 12},
        "mean": {"color": theme.strong_line, "strokeWidth": 1.5},
        "mean-name": {"color": theme.quiet, "fontSize": 12},
        "event": {"color": theme.strong_line, "strokeWidth": 1, "strokeDash": [3, 3]},
        "event-sign": {"color": theme.paper, "stroke": theme.strong_line, "strokeWidth": 1},
        "event-name": {"color": theme.ink, "fontSize": 11, "fontWeight": "bold"},
        "bar": {"color": theme.accent},
        "figure": {"color": theme.ink, "fontSize": 12},
        "cell": {"stroke": theme.paper, "strokeWidth": 1},
    }
