"""What a page says, read as somebody would: the signals of the journey map, and numbers as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# How many digits a unit has after the point, and what stands behind them.
_WRITTEN = {"percent": (1, " %"), "points": (1, ""), "score": (2, "")}
_SIGNALS = """() => [...document.querySelectorAll('li.stop .signal')].map(each => [
    each.closest('li.stop').querySelector('h3').textContent.trim(),
    each.querySelector('.label a')?.textContent.trim(),
    each.querySelector('.figure')?.textContent.trim(),
    (each.querySelector('.sure')?.textContent.match(/n ([\\d,]+)/) ?? [])[1],
    [...each.querySelectorAll('.tag')].map(tag => tag.textContent.trim()).join('; '),
])"""


@dataclass(frozen=True, slots=True)
class Signal:
    """A number of the map as it is written there: `82.1 %`, `1,130`, its verdicts."""

    figure: str
    n: str
    told: str


def signals(page: Page) -> dict[tuple[str, str], Signal]:
    """The numbers of the journey map by the touchpoint's title and the signal's label."""
    return {
        (stop, label): Signal(plain(figure), n, told)
        for stop, label, figure, n, told in page.evaluate(_SIGNALS)
        if figure
    }


def written(cell: Mapping[str, Any]) -> tuple[str, str]:
    """How a page writes a number of `milepost measure --format json` and its n."""
    digits, unit = _WRITTEN[cell["unit"]]
    return f"{cell['value']:,.{digits}f}{unit}".replace("-", "−"), f"{cell['n']:,.0f}"


def plain(text: str) -> str:
    """A text with one kind of space."""
    return re.sub(r"\s", " ", text.strip())


def number(text: str) -> float:
    """The first number of a text."""
    (found,) = re.findall(r"−?[\d,]+(?:\.\d+)?", text)[:1]
    return float(found.replace("−", "-").replace(",", ""))
