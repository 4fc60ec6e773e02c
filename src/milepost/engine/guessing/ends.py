"""Whether a scale may run the other way: its answers against those to 'would you recommend us'."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from milepost.engine.guessing.profile import text_of
from milepost.engine.guessing.question import Choice, Question, end_says
from milepost.plan.questions import BY_NAME

_ENOUGH = 30  # answers to both questions before a contradiction counts
_AGAINST = -0.2  # a correlation below this is no accident of so many


def contradicted(
    questions: Sequence[Question],
    rows: Sequence[Mapping[str, Any]],
    *,
    but: Collection[str] = (),
) -> tuple[Question, ...]:
    """The questions, open where the highest answer goes with not recommending the company.

    Columns in `but` are left as they are. Where a school's marks are given, 1 is the best answer and 5 or 6 the worst.
    """
    loyal = next((q for q in questions if q.type in ("nps", "enps") and not q.open), None)
    if loyal is None:
        return tuple(questions)
    return tuple(
        _reopened(asked)
        if asked.high_assumed and asked.column not in but and _runs_against(asked, loyal, rows)
        else asked
        for asked in questions
    )


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's, or None where one side never varies.

    >>> correlation([(1, 10), (2, 8), (3, 6)])
    -1.0
    """
    n = len(pairs)
    if n < 2:
        return None
    left, right = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    together = sum((a - left) * (b - right) for a, b in pairs)
    apart = sum((a - left) ** 2 for a, _ in pairs) * sum((b - right) ** 2 for _, b in pairs)
    return together / apart**0.5 if apart else None


def _runs_against(asked: Question, loyal: Question, rows: Sequence[Mapping[str, Any]]) -> bool:
    pairs = [
        (mine, theirs)
        for row in rows
        if (mine := _score(asked, row)) is not None and (theirs := _score(loyal, row)) is not None
    ]
    found = correlation(pairs) if len(pairs) >= _ENOUGH else None
    return found is not None and found < _AGAINST


def _score(asked: Question, row: Mapping[str, Any]) -> float | None:
    text = text_of(row.get(asked.column))
    if not text or text in asked.missing:
        return None
    try:
        return float(asked.labels.get(text, text))
    except ValueError:
        return None


def _reopened(asked: Question) -> Question:
    scale = asked.scale or BY_NAME[asked.type].scale or (1, 5)
    choices = (
        Choice("low", end_says(scale, "low"), asked.type, asked.scale, "low"),
        Choice("high", end_says(scale, "high"), asked.type, asked.scale, "high"),
    )
    why = f"{asked.why}, but its high answers go with not recommending you"
    return replace(asked, why=why, choices=choices)
