"""The part of the page about asking: deciding about a million people, and mails by the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median
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
    stored = [
        _stored(name, cases[f"answering_{name.lower()}"])
        for name in ("SQLite", "Postgres")
        if "rounds" in cases.get(f"answering_{name.lower()}", {})
    ]
    if stored:
        heads = (
            "database", "answers a second", "p50 ms", "p95 ms", "p99 ms",
            "of a bare ORM loop (wanted 0.6)", "p99 / p50 (wanted 4)", "idle server",
        )  # fmt: skip
        words = (
            "Sixteen connections, each answer acknowledged after a commit that is on the disk; the"
            " load shares the machine. Medians of five rounds; the loop does the same transactions"
            " one after the other, without a server."
        )
        yield section("Answers stored", heads, stored, words)
    if "answers" in cases.get("collected_answers", {}):
        yield _collected(cases["collected_answers"])


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


def _stored(database: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    rounds = found["rounds"]
    middle = {name: median(each[name] for each in rounds) for name in rounds[0]}
    return (
        database, f"{middle['a_second']:.0f}", *(f"{middle[name]:.0f}" for name in ("p50", "p95", "p99")),
        f"{found['of_by_hand']:.2f}", f"{found['tail']:.1f}", size(found["memory"]),
    )  # fmt: skip


def _collected(found: Mapping[str, Any]) -> str:
    rows = [
        ("written as facts", f"{found['writing']:.1f}"),
        ("measured by month, the facts built anew", f"{found['measuring']:.1f}"),
        ("one more answer after that, written", f"{found['another']:.1f}"),
    ]
    words = (
        f"{found['answers']:,} answers over twelve months, each marked by itself, until"
        f" `measure nps` has them; peak {size(found['peak'])}."
    )
    return section(
        "Answers of the server, until they are measured", ("what", "seconds"), rows, words
    )
