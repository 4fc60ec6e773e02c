"""Blocks of ratings: neighbouring columns on one scale whose names do not say what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from milepost.engine.guessing import scales
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Choice, Question, end_says
from milepost.engine.guessing.questions import answers_of, missing_texts
from milepost.engine.guessing.scales import Scale
from milepost.engine.guessing.words import identifier, shown

_SCALES: tuple[Scale, ...] = ((1, 5), (1, 7), (1, 10), (0, 10))
_SHORTEST = 3


def batteries_of(
    columns: Sequence[Profile],
    known: Sequence[Question],
    *,
    names: Collection[str],
    employees: bool,
) -> Iterator[Question]:
    """The open questions of every run of at least three neighbours that share a scale.

    `known` questions may lie within a run; other columns that are spoken for end it.
    """
    taken = set(names)
    for run, scale in _runs(columns, {question.column: question for question in known}):
        group = f"{shown(run[0].name)} to {shown(run[-1].name)}"
        for column in run:
            made = _rating(column, scale, group, taken=taken, employees=employees)
            taken.add(made.name)
            yield made


def _runs(
    columns: Sequence[Profile], known: dict[str, Question]
) -> Iterator[tuple[list[Profile], Scale]]:
    run: list[Profile] = []
    current: Scale | None = None
    length = 0
    for column in columns:
        asked = known.get(column.name)
        scale = (
            (asked.scale or asked.choices[0].scale if asked.choices else asked.scale)
            if asked
            else _scale(column)
        )
        if scale != current or scale is None:
            if current and length >= _SHORTEST and run:
                yield run, current
            run, current, length = [], scale, 0
        length += 1
        if not asked and scale:
            run.append(column)
    if current and length >= _SHORTEST and run:
        yield run, current


def _scale(column: Profile) -> Scale | None:
    if column.is_time or not column.numbers:
        return None
    answers = answers_of(column)
    if answers.unread or answers.labels:
        return None
    found = scales.fit(answers.numbers, _SCALES)
    return found.scale if found and scales.complete(answers.numbers, found.scale) else None


def _rating(
    column: Profile, scale: Scale, group: str, *, taken: Collection[str], employees: bool
) -> Question:
    answers = answers_of(column)
    found = scales.fit(answers.numbers, [scale])
    kind = "esat" if employees else "csat"
    missing = missing_texts(column, found, answers.blanks) if found else answers.blanks
    choices = (
        Choice("high", end_says(scale, "high"), kind, scale),
        Choice("low", end_says(scale, "low"), kind, scale, "low"),
    )
    return Question(
        identifier(column.name, taken=taken, instead="question"), column.name, kind,
        f"a rating from {scale[0]} to {scale[1]} whose name does not say what was asked",
        missing=missing, choices=choices, group=group,
    )  # fmt: skip
