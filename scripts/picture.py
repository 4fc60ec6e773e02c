"""Styled lines of text as an SVG that looks the same everywhere and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from rich.cells import cell_len
from rich.text import Text

BARS = "▁▂▃▄▅▆▇█"
ADVANCE, LEADING, SIZE, MARGIN = 7.8, 19, 13, 22
STYLE = """
  .page { fill: #fcfcfa; stroke: #d9d9d2 } text, .bar { fill: #23272e } .dim, .dim.bar { fill: #646a75 }
  .bold { font-weight: 600 } .good { fill: #1a6e43; font-weight: 600 }
  .bad { fill: #a3272d; font-weight: 600 } .gap { fill: #8a5a00 } .rule { stroke: #d9d9d2 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #15181d; stroke: #343a43 } text, .bar { fill: #e4e6ea } .dim, .dim.bar { fill: #9aa1ad }
    .good { fill: #6cc495 } .bad { fill: #f08a8a } .gap { fill: #d9ae5f } .rule { stroke: #343a43 }
  }
"""
CLASSES = {
    "bold": "bold", "dim": "dim", "green": "good", "bold red": "bad", "red": "bad", "yellow": "gap",
}  # fmt: skip


def drawn(lines: Sequence[Text], *, columns: int, label: str) -> str:
    """The lines as an SVG of `columns` characters' width; `label` is its text alternative."""
    width = round(columns * ADVANCE + 2 * MARGIN)
    height = len(lines) * LEADING + 2 * MARGIN
    body = "\n".join(part for row, line in enumerate(lines) for part in _line(line, row, width))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-label="{escape(label)}"\n'
        f' font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"'
        f' font-size="{SIZE}">\n<style>{STYLE}</style>\n'
        f'<rect class="page" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>\n'
        f"{body}\n</svg>\n"
    )


def _line(line: Text, row: int, width: int) -> Iterator[str]:
    base = MARGIN + row * LEADING + SIZE
    if set(line.plain.strip()) == {"─"}:
        y = base - SIZE / 3
        yield f'<line class="rule" x1="{MARGIN}" x2="{width - MARGIN}" y1="{y:.1f}" y2="{y:.1f}"/>'
        return
    for start, text, style in _runs(line):
        x = MARGIN + cell_len(line.plain[:start]) * ADVANCE
        yield from _run(text, x, base, CLASSES.get(style, ""))


def _runs(line: Text) -> Iterator[tuple[int, str, str]]:
    """Stretches of one style, without the spaces around them."""
    styles = [str(line.style)] * len(line.plain)
    for span in line.spans:
        styles[span.start : span.end] = [str(span.style)] * (span.end - span.start)
    start = 0
    for at in range(1, len(line.plain) + 1):
        if at == len(line.plain) or styles[at] != styles[start] or _drawn(line.plain, at):
            text = line.plain[start:at]
            if text.strip():
                yield start + len(text) - len(text.lstrip()), text.strip(), styles[start]
            start = at


def _drawn(text: str, at: int) -> bool:
    """Whether a run ends here: where bars begin or end, and at gaps between columns."""
    bars = (text[at] in BARS) != (text[at - 1] in BARS)
    return bars or (text[at - 1] == " " and text[at] != " " and text[max(at - 2, 0)] == " ")


def _run(text: str, x: float, base: float, css: str) -> Iterator[str]:
    if set(text) <= set(BARS):
        for number, bar in enumerate(text):
            height = (BARS.index(bar) + 1) / len(BARS) * SIZE * 0.8
            left = x + number * ADVANCE
            yield (
                f'<rect class="bar {css}" x="{left:.1f}" y="{base - height:.1f}"'
                f' width="{ADVANCE - 1.5:.1f}" height="{height:.1f}"/>'
            )
        return
    attribute = f' class="{css}"' if css else ""
    length = cell_len(text) * ADVANCE
    yield (
        f'<text x="{x:.1f}" y="{base}" textLength="{length:.1f}"{attribute}>{escape(text)}</text>'
    )
