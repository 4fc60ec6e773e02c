"""The journey in a report: a map of its touchpoints with their gaps, and the scorecard as a table."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.charts.report.contents import Contents, leading
from milepost.charts.report.figures import sparkline
from milepost.charts.report.html import Html, joined, tag, wide
from milepost.charts.telling import texts
from milepost.insight import numbers
from milepost.insight.card import Line, Stop
from milepost.insight.cells import Cell
from milepost.insight.words import BETTER, MET, MISSED, WITHIN, WORSE

_COLUMNS = ("signal", "value", "95 % interval", "n", "change", "verdict", "target", "course")
_WORDS = {BETTER: "good", WORSE: "bad", MET: "good", MISSED: "bad"}
_UNBROUGHT, _EMPTY = "no source brings it yet", "nothing in this period"


def journey_map(contents: Contents) -> Html:
    """A card a touchpoint, in their order: its headline signal, what else there is, and what is missing."""
    cards = [_card(contents, stop) for stop in contents.card.stops]
    return tag("ol", cards, class_="map")


def _card(contents: Contents, stop: Stop) -> Html:
    return tag(
        "li",
        tag("p", stop.journey, class_="journey") if stop.journey else None,
        tag("h3", tag("bdi", stop.title)),
        tag("p", flow(stop), class_="quiet") if flow(stop) else None,
        [_headline(line) for line in leading(stop)],
        [_gap(kind) for kind in stop.gaps],
        [
            tag("p", f"no {kind} signal wanted: {why}", class_="quiet")
            for kind, why in contents.unwanted.get(stop.name or "", {}).items()
        ],
    )


def _headline(line: Line) -> Html:
    cell = line.cell
    if cell is None:
        return tag("p", line.label, ": ", tag("strong", _why(line), class_="gap"))
    return joined(
        tag("p", label(line), class_="quiet"),
        tag("p", numbers.value(cell.value, cell.unit), class_="large"),
        tag("p", interval_and_n(cell), class_="quiet") if cell.value is not None else None,
        tag("p", _verdict(cell.verdict)),
        tag("p", "target ", _target(cell)) if cell.target is not None else None,
        sparkline(cell.course.values, f"course: {cell.course.word}") if cell.course else None,
    )


def interval_and_n(cell: Cell) -> str:
    """How sure a number is, in a few words."""
    ends = numbers.interval(cell.low, cell.high, cell.unit)
    return (
        f"{ends}, n {numbers.count(cell.n)}"
        if cell.low is not None
        else f"n {numbers.count(cell.n)}"
    )


def _gap(kind: str) -> Html:
    return tag("p", f"no {kind} signal yet", class_="gap")


def scorecard(contents: Contents) -> Html:
    """Every signal of every touchpoint, with what stands under a number in the terminal."""
    heads = [
        tag("th", name, scope="col", class_="num" if 0 < i < 5 else None)
        for i, name in enumerate(_COLUMNS)
    ]
    bodies = [tag("tbody", _rows(stop)) for stop in contents.card.stops]
    shown = tag("table", tag("thead", tag("tr", heads)), bodies, class_="scorecard")
    return wide(shown, name="Scorecard")


def _rows(stop: Stop) -> Iterator[Html]:
    told = tag("span", flow(stop), class_="quiet")
    head = tag(
        "th", tag("bdi", stop.title), " ", told, scope="rowgroup", colspan=str(len(_COLUMNS))
    )
    yield tag("tr", head, class_="stop")
    yield from (_row(line) for line in stop.lines)
    if stop.gaps:
        gaps = f"no signal yet: {', '.join(stop.gaps)}"
        yield tag("tr", tag("td", gaps, class_="gap", colspan=str(len(_COLUMNS))))


def _row(line: Line) -> Html:
    cell = line.cell
    if cell is None:
        return tag(
            "tr",
            _named(line),
            tag("td", _why(line), class_="gap", colspan=str(len(_COLUMNS) - 1)),
        )
    _, value, interval, n, change, _ = texts(cell, label(line), "en")
    return tag(
        "tr",
        _named(line),
        [tag("td", text, class_="num") for text in (value, interval, n, change)],
        tag("td", _verdict(cell.verdict), _more(cell)), tag("td", _target(cell)),
        tag("td", sparkline(cell.course.values, cell.course.word) if cell.course else None,
            tag("small", cell.course.word) if cell.course else None),
        class_="headline" if line.headline else None,
    )  # fmt: skip


def _named(line: Line) -> Html:
    return tag("th", tag("bdi", label(line)), tag("small", f" {line.kind}"), scope="row")


def label(line: Line) -> str:
    """A signal's name; the company's number at a touchpoint says whose it is."""
    return line.label + (" (company)" if line.of_company else "")


def flow(stop: Stop) -> str:
    """How many passed, were asked and answered, as far as it is known."""
    known = (
        ("passed", stop.flow.passed),
        ("asked", stop.flow.asked),
        ("answered", stop.flow.answered),
    )
    return ", ".join(f"{numbers.count(n)} {word}" for word, n in known if n is not None)


def _why(line: Line) -> str:
    return _EMPTY if line.brought else _UNBROUGHT


def _verdict(word: str) -> Html:
    return tag("span", word, class_=_WORDS.get(word))


def _target(cell: Cell) -> Html | None:
    if cell.target is None:
        return None
    goal = f"{numbers.value(cell.target, cell.unit)}: "
    return tag("span", goal, _verdict(cell.target_verdict or ""))


def _more(cell: Cell) -> Html | None:
    """What must be known with a verdict: few answers, or how little could have been seen."""
    parts = ["low n"] if cell.low_n and cell.value is not None else []
    if cell.verdict == WITHIN and cell.detectable is not None:
        reach = numbers.change(cell.detectable, cell.unit).lstrip("+")
        parts.append(f"would have shown ±{reach}")
    return tag("small", " ", " · ".join(parts)) if parts else None
