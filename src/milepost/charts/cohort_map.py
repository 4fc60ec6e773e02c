"""The cohort table as a map: which share of each cohort is back, or still there, at each age."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import height, key, words_of
from milepost.charts.specified import specified

if TYPE_CHECKING:
    from milepost.insight.customers.cohort import Cell, Cohort

# Figures in the cells can be read for so many ages and cohorts; the table has all of them.
_MOST_AGES, _MOST_COHORTS = 13, 24


def cohort_map(cohorts: Sequence[Cohort], *, title: str, age: str, lang: str = "en") -> Chart:
    """The latest cohorts by age; `age` is what the ages are counted in, such as 'month'."""
    known = [cohort for cohort in cohorts if any(cell.value is not None for cell in cohort.cells)]
    drawn = known[-_MOST_COHORTS:]
    ages = sorted({cell.age for cohort in known for cell in cohort.cells})
    customers = locales.count(sum(cohort.size for cohort in known), lang)
    header = (say(lang, "cohort"), say(lang, "customers"), *map(str, ages))
    rows = [Row(tuple(_texts(cohort, ages, lang))) for cohort in known]
    finding = say(lang, "cohorts_finding", title=title, count=len(known), n=customers)
    return Chart(
        title=title, unit=say(lang, "percent"), n=say(lang, "n_total", n=customers),
        finding=finding if known else say(lang, "nothing"),
        spec=_spec(drawn, age, lang) if known else None, table=Table.of(header, rows, latest=True),
        height=height(len(drawn)), lang=lang, notes=(say(lang, "cohorts_key"),) if known else (),
    )  # fmt: skip


def _texts(cohort: Cohort, ages: Sequence[int], lang: str) -> Iterator[str]:
    yield cohort.label
    yield locales.count(cohort.size, lang)
    values = {cell.age: cell.value for cell in cohort.cells}
    for age in ages:
        yield locales.value(values.get(age), "percent", lang)


def _spec(cohorts: Sequence[Cohort], age: str, lang: str) -> dict[str, Any]:
    cells = [
        (place, cohort, cell)
        for place, cohort in enumerate(cohorts)
        for cell in cohort.cells
        if cell.value is not None and cell.age < _MOST_AGES
    ]
    words = [(name, say(lang, name)) for name in ("cohort", "value", "interval", "n")]
    data = [_row(place, cohort, cell, lang) for place, cohort, cell in cells]
    return specified("grid", {"cells": data}, across=age, words=words_of(words))


def _row(place: int, cohort: Cohort, cell: Cell, lang: str) -> dict[str, Any]:
    value = cell.value or 0.0
    return {
        "column": cell.age, "key": key(place, cohort.label, locales.count(cohort.size, lang)),
        "value": value, "figure": f"{value:.0f}", "faint": not cell.complete,
        "cohort_told": cohort.label,
        "value_told": locales.value(value, "percent", lang), "n_told": locales.count(cell.size, lang),
        "interval_told": locales.interval(cell.low, cell.high, "percent", lang),
    }  # fmt: skip
