"""Answers as text for people, within a width and with colour; the scorecard stop by stop."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.text import Text

from milepost.insight import numbers
from milepost.insight.answer import Answer
from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.layout import (
    INDENT,
    NARROWEST,
    Layout,
    broken,
    head,
    layout,
    rule,
    title,
)
from milepost.insight.rows import lines_of_cell, no_number
from milepost.insight.tables import judged_together, lines_of_tables
from milepost.insight.visible import visible


def lines_of(answer: Answer, *, width: int, details: bool) -> list[Text]:
    """The answer as lines of at most `width` columns, or of 30 where it is less."""
    width = max(width, NARROWEST)
    if answer.scorecard:
        page = _card(answer, answer.scorecard, width=width, details=details)
    else:
        page = lines_of_tables(answer, width=width, details=details)
    return [*page, *_notes(answer, width)]


def _notes(answer: Answer, width: int) -> Iterator[Text]:
    for note in answer.notes:
        yield from broken(visible(note), width, style="yellow")


def shown(answer: Answer, *, width: int, details: bool) -> str:
    """The answer as plain text."""
    return "\n".join(line.plain.rstrip() for line in lines_of(answer, width=width, details=details))


def html(answer: Answer) -> str:
    """The answer for a notebook: the same table, with its colours."""
    out = StringIO()
    console = Console(file=out, record=True, width=100, force_jupyter=False)
    for line in lines_of(answer, width=96, details=False):
        console.print(line, soft_wrap=True)
    body = console.export_html(inline_styles=True, code_format="{code}")
    return f'<pre style="line-height:1.3">{body}</pre>'


def _card(answer: Answer, card: Scorecard, *, width: int, details: bool) -> Iterator[Text]:
    lines = [(_label(line), line.cell) for stop in card.stops for line in stop.lines]
    form = layout(
        (label for label, _ in lines), [cell for _, cell in lines if cell],
        width=width, confidence=answer.question.confidence,
    )  # fmt: skip
    state = "" if card.complete else ", so far"
    name = visible(card.company)
    yield from broken(f"{name}: journey scorecard of {card.period}{state}", width, style="bold")
    changes = f"{card.family} change{'' if card.family == 1 else 's'}"
    judged = judged_together(changes)
    yield from broken(f"compared with {card.compared}; {judged}", width, style="dim")
    yield head(form)
    for stop in card.stops:
        yield rule(width)
        if stop.journey:
            yield from broken(visible(stop.journey).upper(), width, style="dim")
        yield from _stop(form, stop, details=details)


def _stop(form: Layout, stop: Stop, *, details: bool) -> Iterator[Text]:
    yield from title(visible(stop.title), _flow(stop), width=form.width)
    several = len({line.kind for line in stop.lines}) > 1
    for kind, lines in groupby(stop.lines, key=lambda line: line.kind):
        if several:
            yield Text(f"  {kind}", "dim")
        for line in lines:
            yield from _signal(form, _label(line), line, details=details)
    if stop.gaps:
        gaps = f"no signal yet: {', '.join(stop.gaps)}"
        yield from broken(gaps, form.width, style="yellow", indent=INDENT)


def _flow(stop: Stop) -> list[str]:
    flow = stop.flow
    known = (("passed", flow.passed), ("asked", flow.asked), ("answered", flow.answered))
    return [f"{numbers.count(n)} {word}" for word, n in known if n is not None]


def _signal(form: Layout, label: str, line: Line, *, details: bool) -> Iterator[Text]:
    if line.cell is None:
        why = "nothing in this period" if line.brought else "no source brings it yet"
        return no_number(form, label, why, headline=line.headline)
    return lines_of_cell(form, label, line.cell, headline=line.headline, details=details)


def _label(line: Line) -> str:
    """A signal's name; the company's number at a touchpoint says whose it is."""
    return visible(line.label) + (" (company)" if line.of_company else "")
