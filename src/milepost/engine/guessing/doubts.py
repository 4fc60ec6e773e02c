"""What a guess leaves to a person: decisions with their choices, and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from milepost.engine.guessing.dates import Dates
from milepost.engine.guessing.guessed import Doubt, Sample
from milepost.engine.guessing.identifiers import Repeats
from milepost.engine.guessing.others import likely
from milepost.engine.guessing.places import Stages
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.words import shown


def doubts_of(
    sample: Sample,
    questions: Sequence[Question],
    moments: Dates | None,
    stages: Stages | None,
    dated: date | None,
    said: Mapping[str, str],
) -> list[Doubt]:
    """Everything that a person has to decide and has not yet, in the order of the plan."""
    if not questions:
        return [_nothing(sample)]
    found = []
    if moments and moments.ambiguous and said.get("dates") not in moments.formats:
        found.append(_order(moments, whole=sample.whole))
    if dated:
        found.append(
            Doubt("dated", f"no column holds the day of the answer; all are dated {dated}")
        )
    open_ones: dict[str, list[Question]] = {}
    for asked in questions:
        if asked.open:
            open_ones.setdefault(asked.key, []).append(asked)
    found += [_question(key, block) for key, block in open_ones.items()]
    if stages and not stages.sure and f"stages: {stages.column}" not in said:
        found.append(_stage(stages))
    return found


def _nothing(sample: Sample) -> Doubt:
    fact = likely(sample.columns)
    maybe = f"; it may hold {fact}, and 'init' knows survey answers best" if fact else ""
    return Doubt("questions", f"no column looks like a question{maybe}; name them yourself")


def _order(moments: Dates, *, whole: bool) -> Doubt:
    says = {True: "the day first", False: "the month first"}
    choices = tuple(
        (form, says[form.startswith("%d")]) for form in moments.formats if form is not None
    )
    if moments.against:
        few = " and ".join(shown(text, longest=24) for text in moments.against)
        why = f"Most dates can be read both ways, and {few} in one way only"
    else:
        why = "Both can be read in every date" + ("" if whole else " that was looked at")
    return Doubt("dates", f"day or month first? {why}", choices)


def _question(key: str, block: Sequence[Question]) -> Doubt:
    first = block[0]
    what = shown(first.column) if len(block) == 1 else f"{key} ({len(block)} columns)"
    if first.choices[0].name == "labels":
        text = f"{what}: give each label its score"
        return Doubt(key, text)
    asks = "what was asked, and which end is good?" if first.group else "which is it?"
    codes = sorted({code for asked in block for code in asked.missing})
    if codes:
        asks += f" Taken as not answered: {_listed(codes)}."
    unread = sorted({text for asked in block for text in asked.unread})
    if unread:
        asks += f" 'check' will reject {_listed(unread)}."
    asks = asks.removesuffix(".")
    return Doubt(key, f"{what}: {asks}", tuple((c.name, c.says) for c in first.choices))


def repeats_doubt(again: Repeats | None) -> list[Doubt]:
    """What to say of answers' identifiers that come more than once."""
    if again is None:
        return []
    ids = f"{shown(again.column)}: {again.ids:,} {'id repeats' if again.ids == 1 else 'ids repeat'}"
    if again.copies:
        text = "the records are exact copies; the first of each counts and the others are rejected"
    else:
        text = "with other values; is it a person's id, or was the file put together twice?"
    return [Doubt("repeats", f"{ids}, {text}")]


def maybe_doubts(maybe: Mapping[str, str]) -> Iterator[Doubt]:
    """A decision for every column of the fact that a column of the file may be."""
    asks = {"customer_id": "does it say who answered?", "weight": "is it the weight of the answer?"}
    for role, column in maybe.items():
        choices = (("yes", f"map it to {role}"), ("no", "leave it out"))
        yield Doubt(f"{role}: {column}", f"{shown(column)}: {asks[role]}", choices)


def _stage(stages: Stages) -> Doubt:
    few = ", ".join(shown(value, longest=24) for value in list(stages.names)[:4])
    choices = (("yes", "each value is a touchpoint"), ("no", "it is only a segment"))
    return Doubt(
        f"stages: {stages.column}",
        f"{shown(stages.column)}: is it the place on the journey? ({few})", choices,
    )  # fmt: skip


def remarks_of(
    prose: Sequence[Profile],
    dates: Sequence[str],
    echoes: Sequence[Question],
    ordered: Sequence[str],
) -> list[str]:
    """What else was seen: columns that found no place, or may deserve another one."""
    found = []
    if prose:
        found.append(f"more free text: {_listed([column.name for column in prose])}")
    if dates:
        found.append(f"more dates: {_listed(dates)}")
    if echoes:
        found.append(f"follows from the score: {_listed([asked.column for asked in echoes])}")
    if ordered:
        found.append(f"segments that may be questions, answered in words: {_listed(ordered)}")
    return found


def rivals_remark(rivals: Sequence[Question]) -> list[str]:
    """What to say of questions that a column of touchpoints leaves no place for."""
    if not rivals:
        return []
    names = _listed([asked.column for asked in rivals])
    return [f"left out, for they would be added up with the first of their type: {names}"]


def _listed(names: Sequence[str]) -> str:
    some = ", ".join(shown(name, longest=32) for name in names[:6])
    return some + (f" and {len(names) - 6} more" if len(names) > 6 else "")
