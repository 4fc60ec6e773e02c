"""Blocks of ratings: neighbouring columns on one scale whose names do not say what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from milepost.engine.guessing import scales
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Choice, Question, end_says
from milepost.engine.guessing.questions import answers_of, missing_texts, stray_texts
from milepost.engine.guessing.scales import Scale
from milepost.engine.guessing.words import identifier, mentions, shown

_SCALES: tuple[Scale, ...] = ((1, 5), (1, 7), (1, 10), (0, 10))
_SHORTEST = 3
_UNREAD = 0.02  # texts among numbers up to this share are mistakes
_POINTS = 3  # different answers that a column on its own must have
_NO_QUESTIONS = ("age", "year*", "month*", "day*", "hour*", "count", "quantity", "number", "size",
                 "weight*", "code", "id", "nr", "no", "class", "terminal")  # fmt: skip


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


def candidates_of(columns: Sequence[Profile], *, employees: bool) -> tuple[Question, ...]:
    """Open questions of the columns whose numbers lie on a scale, for a file that names none."""
    found: list[Question] = []
    for column in columns:
        scale = None if mentions(column.name, _NO_QUESTIONS) else _scale(column, alone=True)
        if scale:
            taken = [asked.name for asked in found]
            made = _rating(column, scale, None, taken=taken, employees=employees)
            loyal = Choice("nps", "it asks 'would you recommend us?'", "nps", None)
            ways = (loyal, *made.choices) if scale == (0, 10) else made.choices
            found.append(replace(made, choices=ways))
    return tuple(found)


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


def _scale(column: Profile, *, alone: bool = False) -> Scale | None:
    if column.is_time or not column.numbers:
        return None
    answers = answers_of(column)
    if column.share(answers.unread) > _UNREAD or answers.labels:
        return None
    found = scales.fit(answers.numbers, _SCALES)
    if not found:
        return None
    enough = scales.complete(answers.numbers, found.scale)
    if alone:
        enough = len(set(answers.numbers) - {*found.codes, *found.strays}) >= _POINTS
    return found.scale if enough else None


def _rating(
    column: Profile, scale: Scale, group: str | None, *, taken: Collection[str], employees: bool
) -> Question:
    answers = answers_of(column)
    found = scales.fit(answers.numbers, [scale])
    kind = "esat" if employees else "csat"
    missing = missing_texts(column, found, answers.blanks) if found else answers.blanks
    strays = stray_texts(column, found) if found else ()
    choices = (
        Choice("high", end_says(scale, "high"), kind, scale),
        Choice("low", end_says(scale, "low"), kind, scale, "low"),
    )
    return Question(
        identifier(column.name, taken=taken, instead="question"), column.name, kind,
        f"a rating from {scale[0]} to {scale[1]} whose name does not say what was asked",
        missing=missing, unread=(*answers.unread, *strays), choices=choices, group=group,
    )  # fmt: skip
