"""The whole guess: a file's columns made into a source of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from milepost.engine.guessing import roles
from milepost.engine.guessing.batteries import batteries_of, candidates_of
from milepost.engine.guessing.dates import Dates, day_in
from milepost.engine.guessing.doubts import (
    doubts_of,
    maybe_doubts,
    remarks_of,
    repeats_doubt,
    rivals_remark,
)
from milepost.engine.guessing.ends import contradicted
from milepost.engine.guessing.guessed import Doubt, Guess, Sample
from milepost.engine.guessing.identifiers import Repeats, maybe_roles, repeats_of
from milepost.engine.guessing.labels import labelled
from milepost.engine.guessing.others import fact_of
from milepost.engine.guessing.places import Stages, alone, placed, stages_of, stops_of
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.questions import names_groups, question_of
from milepost.engine.guessing.words import identifier


def guess(sample: Sample, *, decided: Mapping[str, str] | None = None) -> Guess:
    """Guess what a file holds; `decided` gives the choices for the keys of earlier doubts."""
    found = _guess(sample, decided or {})
    named = {*found.columns.values(), *found.maybe.values()}
    named |= {part.column for part in found.attributes}
    named |= {asked.column for asked in found.questions}
    named |= {found.stages.column} if found.stages else set()
    unused = tuple(column.name for column in sample.columns if column.name not in named)
    sheet = sample.sheet if sample.other_sheets else None
    return replace(found, unused=unused, sheet=sheet)


def _guess(sample: Sample, said: Mapping[str, str]) -> Guess:
    people = roles.employees([sample.stem, *(column.name for column in sample.columns)])
    found, moments, others = _roles(sample)
    again = None if "response_id" in found else repeats_of(sample.columns, sample.rows)
    if again and again.copies:
        found = {"response_id": again.column, **found}
    free = _without(sample.columns, [*found.values(), *others])
    questions, echoes = _questions(free, people)
    if not questions:
        other = _no_survey(sample, moments, others, people)
        if other:
            return other
        questions = candidates_of(_no_roles(free, found), employees=people)
    free = _without(free, [asked.column for asked in (*questions, *echoes)])
    prose = roles.comments(free)
    if prose and any(asked.type != "intent" for asked in questions):
        found["comment"] = prose[0].name
    elif prose and roles.is_comment(prose[0]):
        questions = (*questions, _open_text(prose[0]))
    free = _without(free, [column.name for column in prose])
    maybe = _maybe(free, found, said)
    free = _without(free, [*found.values(), *maybe.values()])
    survey = _Survey(sample, people, found, moments, said, maybe, again)
    remarks = remarks_of(prose[1:], others, echoes, _ordered(free))
    return survey.guess(questions, free, remarks)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is known of a survey before its questions are placed."""

    sample: Sample
    people: bool
    roles: dict[str, str]
    moments: Dates | None
    said: Mapping[str, str]
    maybe: Mapping[str, str]
    again: Repeats | None

    def guess(
        self, questions: tuple[Question, ...], free: list[Profile], remarks: list[str]
    ) -> Guess:
        """The guess, with each question where it belongs and what is left as attributes."""
        stages = _stages(free, self.said)
        via = roles.channel(free)
        columns = {**self.roles, **({"channel": via.name} if via else {})}
        questions = _settled(questions, self.said, self.sample)
        if stages and stages.sure:
            columns["touchpoint"] = stages.column
            questions, rivals = alone(questions)
            remarks = [*remarks, *rivals_remark(rivals)]
        else:
            questions = placed(questions)
        dated = None if self.moments else (day_in(self.sample.stem) or self.sample.modified)
        doubts = doubts_of(self.sample, questions, self.moments, stages, dated, self.said)
        doubts += [*repeats_doubt(self.again), *maybe_doubts(self.maybe)]
        return Guess(
            source=identifier(self.sample.stem, instead="survey"), fact="responses",
            columns=columns, moments=_decided_dates(self.moments, self.said), dated=dated,
            attributes=tuple(roles.attributes(_without(free, columns.values()))),
            questions=questions, stages=stages,
            stops=stages.stops if stages and stages.sure else stops_of(questions),
            employees=self.people, doubts=tuple(doubts), remarks=tuple(remarks), maybe=self.maybe,
        )  # fmt: skip


def _without(columns: Iterable[Profile], names: Iterable[str]) -> list[Profile]:
    taken = set(names)
    return [column for column in columns if column.name not in taken]


def _roles(sample: Sample) -> tuple[dict[str, str], Dates | None, list[str]]:
    """The columns with a role of their own, how the time is written, and the other dates."""
    timed = roles.when(sample.columns)
    others = [column.name for column, _ in timed[1:]]
    untimed = [c for c in sample.columns if c.name not in {t.name for t, _ in timed}]
    key = roles.response_id(untimed)
    who = roles.customer_id([column for column in untimed if column is not key])
    heavy = roles.weight(untimed)
    found: dict[str, str] = {}
    for name, column in (("response_id", key), ("customer_id", who)):
        if column:
            found[name] = column.name
    if timed:
        found["answered_at"] = timed[0][0].name
    if heavy:
        found["weight"] = heavy.name
    return found, timed[0][1] if timed else None, others


def _no_roles(columns: Sequence[Profile], known: Mapping[str, str]) -> list[Profile]:
    return _without(columns, [column.name for _, column in maybe_roles(columns, known)])


def _maybe(
    columns: Sequence[Profile], known: dict[str, str], said: Mapping[str, str]
) -> dict[str, str]:
    """Roles that are to be decided; those that somebody has decided become known."""
    still = {}
    for role, column in maybe_roles(columns, known):
        answer = said.get(f"{role}: {column.name}")
        if answer == "yes":
            known[role] = column.name
        elif answer is None:
            still[role] = column.name
    return still


def _questions(
    columns: Sequence[Profile], people: bool
) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """The questions in the order of the file, and those that only repeat another."""
    named: list[Question] = []
    for column in columns:
        if roles.surely_comment(column):
            continue
        asked = question_of(column, employees=people, taken=[q.name for q in named])
        if asked:
            named.append(asked)
    echoes = _echoes(named)
    named = [asked for asked in named if asked not in echoes]
    blocks = batteries_of(columns, named, names=[q.name for q in named], employees=people)
    order = {column.name: place for place, column in enumerate(columns)}
    ordered = sorted([*named, *blocks], key=lambda asked: order[asked.column])
    return tuple(ordered), tuple(echoes)


def _echoes(questions: Sequence[Question]) -> list[Question]:
    """Where a score is there, a column that only names its group says nothing new."""
    loyal = [asked for asked in questions if asked.type in ("nps", "enps")]
    grouped = [asked for asked in loyal if names_groups(asked)]
    return grouped if len(grouped) < len(loyal) else grouped[1:]


def _ordered(columns: Sequence[Profile]) -> list[str]:
    """Columns whose texts have an order, as the answers to a question would."""
    return [
        c.name for c in columns if len(c.texts) > 2 and not c.numbers and labelled(list(c.texts))
    ]


def _open_text(column: Profile) -> Question:
    name = identifier(column.name, instead="question")
    return Question(name, column.name, "text", "texts of several words")


def _no_survey(
    sample: Sample, moments: Dates | None, others: list[str], people: bool
) -> Guess | None:
    timed = roles.when(sample.columns)
    found = fact_of(sample.columns, moment=timed[0][0].name if timed else None)
    if not found:
        return None
    fact, columns = found
    free = [c for c in sample.columns if c.name not in {*columns.values(), *others}]
    return Guess(
        source=identifier(sample.stem, instead="source"), fact=fact, columns=columns,
        moments=moments, dated=None, attributes=tuple(roles.attributes(free)), questions=(),
        stages=None, stops=(), employees=people,
        doubts=(Doubt("fact", f"the file looks like {fact}; 'init' knows survey answers best, so"
                      " check every line of the source"),),
        remarks=tuple(remarks_of((), others, (), ())),
    )  # fmt: skip


def _stages(columns: Sequence[Profile], said: Mapping[str, str]) -> Stages | None:
    found = roles.place(columns)
    if not found:
        return None
    column, sure = found
    answer = said.get(f"stages: {column.name}")
    return stages_of(column, sure=sure if answer is None else answer == "yes")


def _settled(
    questions: tuple[Question, ...], said: Mapping[str, str], sample: Sample
) -> tuple[Question, ...]:
    """Questions with what was decided about them, and open again where the answers object."""
    ends = {asked.column for asked in questions if said.get(asked.key) in ("high", "low")}
    found = contradicted(_taken(questions, said), sample.rows, but=ends)
    return _taken(found, said)


def _taken(questions: Sequence[Question], said: Mapping[str, str]) -> tuple[Question, ...]:
    taken = []
    for asked in questions:
        chosen = [c for c in asked.choices if said.get(asked.key) == c.name and c.name != "labels"]
        taken.append(asked.taken(chosen[0]) if chosen else asked)
    return tuple(taken)


def _decided_dates(moments: Dates | None, said: Mapping[str, str]) -> Dates | None:
    chosen = said.get("dates")
    if moments and chosen in moments.formats:
        return Dates((chosen,), moments.first, moments.last)
    return moments
