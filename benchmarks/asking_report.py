"""The part of the page about asking: deciding about a million people, and mails by the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.tables import Cases, section, size

ROUNDS = (
    "first round: a row about everybody", "ten minutes later", "the next day",
    "after a change of the rule: everybody again",
)  # fmt: skip
DATABASES = {"SQLite": "", "PostgreSQL": "_postgres"}


def sections(cases: Cases) -> Iterator[str]:
    """The sections of what was run; none where asking was not."""
    decided = [
        row
        for name, ending in DATABASES.items()
        if "seconds" in cases.get(f"asking_decide{ending}", {})
        for row in _rounds(name, cases[f"asking_decide{ending}"], cases[f"asking_by_hand{ending}"])
    ]
    if decided:
        names = ("database", "round", "seconds", "of them processor", "of the loop by hand", "peak")
        words = (
            "One relationship program and a million people. The loop by hand reads the same people"
            " and writes a row about each, in batches of the same size, and decides nothing."
        )
        yield section("Deciding about a million people", names, decided, words)
    if cases.get("asking_mails_1"):
        yield _mails(cases)


def _rounds(
    database: str, found: Mapping[str, Any], by_hand: Mapping[str, Any]
) -> Iterator[tuple[str, ...]]:
    loop = by_hand["seconds"][0]
    busy = by_hand["processor"][0]
    yield database, "loop by hand", f"{loop:.1f}", f"{busy:.1f}", "1", size(by_hand["peak"])
    for name, seconds, processor in zip(ROUNDS, found["seconds"], found["processor"], strict=True):
        yield (
            database, name, f"{seconds:.1f}", f"{processor:.1f}", f"{seconds / loop:.2f}",
            size(found["peak"]),
        )  # fmt: skip


def _mails(cases: Cases) -> str:
    hand = _speed(cases["asking_mails_by_hand"])
    rows = [("smtplib by hand: one composed mail again and again", f"{hand:.0f}", "1")]
    for workers in (1, 2):
        speed = _speed(cases[f"asking_mails_{workers}"])
        rows.append((f"Milepost, workers: {workers}", f"{speed:.0f}", f"{speed / hand:.2f}"))
    words = (
        "To a mail server on the same machine that takes everything. Milepost looks at each person"
        " once more, composes, sends, and records what was sent."
    )
    return section("Mails", ("who sends", "mails a second", "of by hand"), rows, words)


def _speed(found: Mapping[str, Any]) -> float:
    return float(found["mails"] / found["seconds"][0])
