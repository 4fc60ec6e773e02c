"""The part of the page about looking: how soon a page is there, for one reader and for twenty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.tables import Cases, section, size

_NAMES = ("home", "metric", "answers", "person")


def sections(cases: Cases) -> Iterator[str]:
    """The sections of pages; none where they were not looked at."""
    if "pages" in cases.get("seeing_pages", {}):
        yield _pages(cases["seeing_pages"])
    if "pages" in cases.get("seeing_figures", {}):
        yield _figures(cases["seeing_figures"])


def _pages(found: Mapping[str, Any]) -> str:
    heads = (
        "page", "first look, seconds", "one reader p50 ms", "p95 ms", "twenty readers p50 ms",
        "p95 ms", "drawn in Chromium p50 ms", "p95 ms",
    )  # fmt: skip
    words = (
        "A million answers in a file of the plan, 200,000 in the database (SQLite); the readers"
        " share the machine. Times to the first byte; a page that nobody looked at since the data"
        " changed is measured from the rows first, for sums are not stored yet, and says so"
        f" meanwhile. The very first page of all, with every fact built: {found['facts']:.1f} s."
        f" Memory: {size(found['idle'])} in the server and its worker before the first number; then"
        f" {size(found['memory']['web'])} in those two and {size(found['memory']['measuring'])} in the"
        " process that measures."
    )
    return section("Pages", heads, [_row(name, found) for name in _NAMES], words)


def _figures(found: Mapping[str, Any]) -> str:
    heads = ("page", "longest answer, seconds", "until it is there, seconds", "second look, ms")
    words = (
        "Figures of five programs with 200,000 invitations and 49,000 answers of eighteen months"
        " in the database (SQLite). They are counted in a thread beside the pages: what is not"
        " there in 0.7 s comes as a page that says so and asks again, and what was slow to count"
        " is kept for twenty times as long as it took."
    )
    rows = [
        (name, f"{page['longest']:.1f}", f"{page['there']:.1f}", f"{page['again'] * 1000:.0f}")
        for name, page in found["pages"].items()
    ]
    return section("Figures of programs", heads, rows, words)


def _row(name: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    page, drawn = found["pages"][name], found["browser"].get(name)
    times = [page[kind][at] for kind in ("alone", "together") for at in ("p50", "p95")]
    return (
        name, f"{page['first']:.1f}", *(f"{each:.0f}" for each in times),
        *(f"{drawn[at]:.0f}" if drawn else "–" for at in ("p50", "p95")),
    )  # fmt: skip
