"""The funnel: how many of the first come as far as each step, and where they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import height, key, words_of
from milepost.charts.specified import specified


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how many came as far."""

    label: str
    n: int
    href: str | None = None


def funnel(steps: Sequence[Step], *, title: str, lang: str = "en") -> Chart:
    """The steps in their order; each is told in per cent of the step before it."""
    before = [None, *(_share(now.n, step.n) for step, now in pairwise(steps))]
    rows = [
        Row((step.label, locales.count(step.n, lang), locales.value(share, "percent", lang)), step.href)
        for step, share in zip(steps, before, strict=False)
    ]  # fmt: skip
    header = (say(lang, "step"), say(lang, "n"), say(lang, "of_before"))
    filled = any(step.n for step in steps)
    first, last = (steps[0], steps[-1]) if steps else (Step("", 0), Step("", 0))
    finding = say(
        lang, "funnel_finding", title=title, first=_told(first, lang), last=_told(last, lang)
    )
    return Chart(
        title=title, unit=say(lang, "count"), n=say(lang, "n_is", n=locales.count(first.n, lang)),
        finding=finding if filled else say(lang, "nothing"),
        spec=_spec(steps, rows, lang) if filled else None, table=Table.of(header, rows),
        height=height(len(steps), margin=14), lang=lang,
    )  # fmt: skip


def _told(step: Step, lang: str) -> str:
    return f"{step.label} {locales.count(step.n, lang)}"


def _share(n: int, of: int) -> float | None:
    return 100 * n / of if of else None


def _spec(steps: Sequence[Step], rows: Sequence[Row], lang: str) -> dict[str, Any]:
    data = []
    for place, (step, row) in enumerate(zip(steps, rows, strict=True)):
        _, n, share = row.texts
        figure = f"{n} · {share}" if place else n
        data.append({
            "key": key(place, step.label, figure), "value": step.n, "box": None,
            "step_told": step.label, "n_told": n, "of_told": share if place else "",
            **({"href": step.href} if step.href else {}),
        })  # fmt: skip
    words = [("step", say(lang, "step")), ("n", say(lang, "n")), ("of", say(lang, "of_before"))]
    linked = any(step.href for step in steps)
    return specified("bars", {"rows": data}, boxed=False, linked=linked, words=words_of(words))
