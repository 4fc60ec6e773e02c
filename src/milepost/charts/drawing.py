"""Charts as pictures for mail, paper and the report: drawn here from the same specification, and kept."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import lru_cache
from typing import Any

from milepost.charts.chart import Chart
from milepost.charts.palette import LIGHT, Theme, config

# The release of Vega-Lite that the browser's bundle holds.
VEGA_LITE = "6.4"
WIDTH = 720
# Drawn without a reader's browser, texts are measured in these, which are equally wide.
_FONT = '"Liberation Sans", Arial, Helvetica, sans-serif'
_MOST_LABEL = 360


def svg(chart: Chart, theme: Theme = LIGHT, *, width: int = WIDTH) -> str:
    """The chart as SVG text, empty where there is nothing to draw; nothing is loaded to draw it."""
    return _svg(_drawn(chart, theme, width)) if chart.spec else ""


def png(chart: Chart, theme: Theme = LIGHT, *, width: int = WIDTH, scale: float = 2) -> bytes:
    """The chart as a PNG on the theme's ground, of `width` × `scale` pixels; empty where nothing is drawn."""
    if not chart.spec:
        return b""
    import vl_convert  # noqa: PLC0415 -- heavy, and no page needs it

    drawn = json.loads(_drawn(chart, theme, width))
    drawn["config"]["background"] = theme.paper
    made: bytes = vl_convert.vegalite_to_png(drawn, vl_version=VEGA_LITE, scale=scale, **_offline())
    return made


@lru_cache(maxsize=512)
def _svg(drawn: str) -> str:
    import vl_convert  # noqa: PLC0415 -- heavy, and no page needs it

    made: str = vl_convert.vegalite_to_svg(json.loads(drawn), vl_version=VEGA_LITE, **_offline())
    return made


def _drawn(chart: Chart, theme: Theme, width: int) -> str:
    """The specification with its width and looks, as charts.js puts them together, too."""
    looks = config(theme, chart.lang)
    looks["axisY"]["labelLimit"] = min(_MOST_LABEL, width * 0.35)
    looks["font"] = _FONT
    drawn: dict[str, Any] = deepcopy(chart.spec or {})
    drawn |= {
        "width": width, "height": chart.height, "config": looks,
        "autosize": {"type": "fit", "contains": "padding"},
    }  # fmt: skip
    return json.dumps(drawn, sort_keys=True)


def _offline() -> dict[str, Any]:
    """No address may be read: a specification holds its data."""
    return {"allowed_base_urls": []}
