"""A guess as the text of a plan: lines that are sure, and others ready to be uncommented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from milepost.engine.guessing.guessed import Guess
from milepost.engine.guessing.places import Stages
from milepost.engine.guessing.question import Question, title_of
from milepost.engine.guessing.scalars import flow, listed, pairs, reference, scalar
from milepost.engine.guessing.words import shown
from milepost.plan.questions import BY_NAME

OFF = "#~ "  # before a line that may be wanted
_HEADLINES = ("nps", "enps", "csat", "esat", "stars", "ces2", "smileys", "thumbs")
_CODES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Head:
    """What no data file tells: whose plan it is, its time zone and where the data lie."""

    data: str
    timezone: str
    from_system: bool = True
    doubtful_header: bool = False


def plan_text(guess: Guess, head: Head) -> str:
    """The plan as YAML with comments; it ends with a line break."""
    parts = [
        *_company(guess, head),
        "",
        *(_nothing(guess, head) if guess.empty else _source(guess, head)),
        *_segments(guess),
        *_journey(guess),
    ]
    return "\n".join(parts) + "\n"


def headline_of(guess: Guess) -> str | None:
    """The metric of the question that is asked about the company as a whole."""
    if guess.stages and guess.stages.sure:
        return None
    asked = {q.type for q in guess.questions if not q.open and q.touchpoint is None}
    return next((kind for kind in _HEADLINES if kind in asked), None)


def _company(guess: Guess, head: Head) -> Iterator[str]:
    yield f"# A starter plan, guessed from {shown(head.data.rpartition('/')[2], longest=60)}."
    yield "# Correct it, then run 'milepost check' (where did every record go?) and 'milepost measure'."
    yield f"# Lines that begin with '{OFF.strip()}' become part of the plan when that mark is removed."
    yield ""
    yield "company:"
    yield "  name: Your company"
    origin = "of this computer" if head.from_system else "not known here: put your own"
    yield f"  timezone: {scalar(head.timezone)}  # days and periods are counted in it; {origin}"
    period = "all" if guess.dated else "month"
    yield f"every: {period}  # the period of the scorecard: day, week, month, quarter, year or all"
    headline = headline_of(guess)
    if headline:
        yield f"headline: {headline}  # the first line of the scorecard"
    yield "privacy: {min_group: 5}  # groups of fewer people are not shown"


def _nothing(guess: Guess, head: Head) -> Iterator[str]:
    yield "# No column looks like a question. Name them here: a type for each and, where the type"
    yield "# does not fix it, the scale. Types: " + ", ".join(list(BY_NAME)[:7]) + ","
    yield "# " + ", ".join(list(BY_NAME)[7:]) + "."
    yield f"{OFF}sources:"
    yield f"{OFF}  - name: survey"
    yield f"{OFF}    fact: responses"
    yield f"{OFF}    from: {scalar(head.data)}"
    if guess.sheet:
        yield f"{OFF}    read: {{sheet: {scalar(guess.sheet)}}}"
    known = {name: reference(column) for name, column in guess.columns.items()}
    yield f"{OFF}    columns: {flow({'answered_at': 'COLUMN', **known})}"
    if guess.attributes:
        cuts = {part.name: reference(part.column) for part in guess.attributes}
        yield f"{OFF}    attributes: {flow(cuts)}"
    yield f"{OFF}    questions:"
    yield f"{OFF}      - {{name: recommend, type: nps, score: COLUMN}}"


def _source(guess: Guess, head: Head) -> Iterator[str]:
    yield "sources:"
    yield f"  - name: {guess.source}"
    yield f"    fact: {guess.fact}"
    yield f"    from: {scalar(head.data)}  # from the folder of this file"
    if head.doubtful_header and not guess.sheet:
        yield "    # The first line holds numbers. If it is a record and no header:"
        yield f"    {OFF}read: {{header: none, names: [first, second, third]}}"
    yield from _sheet(guess)
    yield from _dates(guess)
    yield from _columns(guess)
    yield from _values(guess.stages)
    yield from _attributes(guess)
    if guess.questions:
        yield from _questions(guess)


def _sheet(guess: Guess) -> Iterator[str]:
    if guess.sheet:
        yield "    read:"
        yield f"      sheet: {scalar(guess.sheet)}  # the workbook has more of them"


def _dates(guess: Guess) -> Iterator[str]:
    moments = guess.moments
    if guess.dated:
        yield "    # No column holds the day of the answer; with one, map it to columns.answered_at."
        yield f"    dated: {guess.dated}"
    if moments is None or moments.formats == (None,):
        return
    name = next(column for column in guess.columns if column.endswith("_at") or column == "at")
    if moments.ambiguous:
        many = "Most dates" if moments.against else "The dates"
        yield f"    # {many} can be read both ways; keep one of these lines:"
    off = OFF if moments.ambiguous else ""
    for form in moments.formats:
        dates = f'dates: {{{name}: "{form}"}}'
        yield f"      {off}{dates}" if guess.sheet else f"    {off}read: {{{dates}}}"


def _columns(guess: Guess) -> Iterator[str]:
    maybe = guess.stages if guess.stages and not guess.stages.sure else None
    if guess.columns:
        yield "    columns:  # the fact's column: the file's column, or '= ' and an expression"
    elif maybe or guess.maybe:
        yield f"    {OFF}columns:"
    if guess.columns and guess.fact == "responses" and "response_id" not in guess.columns:
        yield "      # response_id: no column identifies the answers; the record's number does"
    for name, column in guess.columns.items():
        yield f"      {name}: {reference(column)}"
    for name, column in guess.maybe.items():
        yield f"      {OFF}{name}: {reference(column)}"
    if maybe:
        yield f"      {OFF}touchpoint: {reference(maybe.column)}"


def _values(stages: Stages | None) -> Iterator[str]:
    if not stages:
        return
    off = "" if stages.sure else OFF
    renamed = {value: name for value, name in stages.names.items() if value != name}
    if renamed:
        yield f"    {off}values:  # what the file says: what the plan calls it"
        yield f"    {off}  touchpoint:"
        for value, name in renamed.items():
            yield f"    {off}    {scalar(value)}: {name}"


def _attributes(guess: Guess) -> Iterator[str]:
    if not guess.attributes:
        return
    yield "    attributes:  # what numbers may be cut by"
    for attribute in guess.attributes:
        if attribute.codes:
            codes = [shown(code, longest=12) for code in attribute.codes[:_CODES_SHOWN]]
            more = ", …" if len(attribute.codes) > _CODES_SHOWN else ""
            yield f"      # codes {', '.join(codes)}{more}; their names go under"
            yield f'      # values: {{{attribute.name}: {{"{codes[0]}": …}}}}'
        yield f"      {attribute.name}: {reference(attribute.column)}"


def _questions(guess: Guess) -> Iterator[str]:
    yield "    questions:"
    if all(asked.open for asked in guess.questions):
        yield "      # None is certain. This one lets the plan be checked; delete it when you have chosen."
        yield f"      - {_line(_undecided(guess.questions[0]))}"
    group: str | None = None
    for asked in guess.questions:
        if not asked.open:
            yield f"      # {shown(asked.column)}: {_reasons(asked)}"
            yield f"      - {_line(asked)}"
        elif asked.group:
            if asked.group != group:
                yield from _group_head(asked)
            yield f"      {OFF}- {_line(asked.taken(asked.choices[0]))}"
        else:
            yield from _choices(asked)
        group = asked.group


def _group_head(asked: Question) -> Iterator[str]:
    scale = asked.choices[0].scale or (1, 5)
    yield f"      # {shown(asked.group or '', longest=70)}: ratings from {scale[0]} to {scale[1]}; their names do"
    yield "      # not say what was asked. Keep what fits; where the lowest is best, add good: low"


def _choices(asked: Question) -> Iterator[str]:
    stated = any(choice.good for choice in asked.choices)
    assumed = not stated and any(asked.taken(choice).high_assumed for choice in asked.choices)
    best = "; the highest is the best, else add good: low" if assumed else ""
    yield f"      # {shown(asked.column)}: {_reasons(asked)}. To be decided{best}:"
    for choice in asked.choices:
        yield f"      # if {choice.says}:"
        yield f"      {OFF}- {_line(asked.taken(choice))}"


def _reasons(asked: Question) -> str:
    says = [asked.why]
    if asked.unread:
        says.append(f"'check' will reject {shown(', '.join(asked.unread))}")
    if asked.missing:
        says.append(f"taken as not answered: {shown(', '.join(asked.missing))}")
    if asked.high_assumed:
        says.append("the highest counts as the best, else say good: low")
    return "; ".join(says)


def _undecided(asked: Question) -> Question:
    """A question whose meaning is open, as what it is for certain."""
    kind = "choice" if asked.labels else "number"
    return replace(
        asked, name="undecided", type=kind, choices=(), scale=None, good=None, labels={},
        touchpoint=None,
    )  # fmt: skip


def _line(asked: Question) -> str:
    kind = BY_NAME[asked.type]
    parts: dict[str, str] = {"name": asked.name, "type": asked.type}
    title = title_of(asked.column)
    if title:
        parts["title"] = scalar(title)
    parts[kind.value] = reference(asked.column)
    if asked.scale:
        parts["scale"] = f"[{asked.scale[0]}, {asked.scale[1]}]"
    if asked.good:
        parts["good"] = asked.good
    if asked.missing:
        parts["missing"] = listed(asked.missing)
    if asked.labels:
        parts["labels"] = pairs(_scores(asked.labels))
    if asked.touchpoint:
        parts["touchpoint"] = asked.touchpoint
    return flow(parts)


def _scores(labels: Mapping[str, int]) -> dict[str, str]:
    unknown = not any(labels.values())
    return {text: "SCORE" if unknown else str(score) for text, score in labels.items()}


def _segments(guess: Guess) -> Iterator[str]:
    names = [attribute.name for attribute in guess.attributes]
    names += ["channel"] if "channel" in guess.columns else []
    if names and not guess.empty:
        yield ""
        yield f"segments: [{', '.join(names)}]"


def _journey(guess: Guess) -> Iterator[str]:
    stages = guess.stages
    maybe = stages.stops if stages and not stages.sure else ()
    stops = (*guess.stops, *(stop for stop in maybe if stop.name not in _names(guess)))
    if not stops:
        return
    live = any(stop.live for stop in stops)
    head = "" if live else OFF
    yield ""
    yield "# The path of a customer: order the touchpoints as they are passed; drop what is none."
    yield f"{head}journeys:"
    yield f"{head}  - name: journey"
    yield f"{head}    title: {'Working here' if guess.employees else 'The journey'}"
    yield f"{head}    touchpoints:"
    for stop in stops:
        off = "" if stop.live else OFF
        yield f"{off}      - {{name: {stop.name}, title: {scalar(stop.title)}}}"


def _names(guess: Guess) -> Iterable[str]:
    return {stop.name for stop in guess.stops}
