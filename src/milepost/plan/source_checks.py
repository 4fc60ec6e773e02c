"""What can be wrong with a source: its fact, its columns, how it is read, what is combined."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from milepost.errors import hint, nearest
from milepost.plan.facts import COLLECTED, RESERVED, SHARED, FactShape
from milepost.plan.mistakes import (
    Mistake,
    clashes,
    condition_mistakes,
    timezone_mistakes,
    value_mistakes,
)
from milepost.plan.model import Read, Source
from milepost.plan.question_checks import check_question
from milepost.plan.reading import Place
from milepost.plan.scope import Scope
from milepost.plan.text_files import codec_of, codecs_known, delimiter_of

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# So like a known column that it must be a slip: 'answerd_at', not 'closed_at' for 'opened_at'.
_SLIP = 0.87
# Where a file has no identifier of its own the record's number serves.
_OPTIONAL_KEYS = {"response_id"}
# What a file has to be told, and the server brings ready made.
_READY_MADE = (
    "as_", "read", "group", "join", "dated", "columns", "labels", "questions", "rows", "invited",
)  # fmt: skip


def check_source(source: Source, place: Place, scope: Scope) -> Iterator[Mistake]:
    """Every mistake of one source."""
    if source.fact not in scope.facts:
        near = hint(source.fact, scope.facts)
        yield (*place, "fact"), f"fact '{source.fact}' is unknown{near}"
    yield from _collected(source, place, scope) if source.collected else _file(source, place, scope)
    yield from _attributes(source, place, scope.shapes.get(source.fact))
    yield from _expressions(source, place)


def _collected(source: Source, place: Place, scope: Scope) -> Iterator[Mistake]:
    """What the server does not bring, and what it brings ready made."""
    if source.fact in scope.facts and source.fact not in COLLECTED:
        text = f"from: the server brings {', '.join(COLLECTED)}, not {source.fact}"
        yield (*place, "from"), f"{text}; name a file, such as data/{source.fact}.csv"
    for key in _READY_MADE:
        field = Source.model_fields[key]
        if getattr(source, key) != field.default:
            name = field.alias or key
            text = f"{name}: what the server collected is mapped already; leave it out"
            yield (*place, name), text


def _file(source: Source, place: Place, scope: Scope) -> Iterator[Mistake]:
    """What is wrong with a file, and with how it becomes a fact."""
    shape = scope.shapes.get(source.fact)
    if shape:
        yield from _column_names(source, place, shape)
        if source.dated and shape.time in source.columns:
            yield (
                (*place, "dated"),
                f"dated: 'columns' gives {shape.time} as well; keep one of them",
            )
        if scope.whole(place):
            yield from _required(source, place, shape)
        yield from _belonging(source, place)
    yield from _from(source.from_, (*place, "from"))
    yield from _measures(source, place)
    yield from _combinations(source, place)
    if source.fact == "responses" and not source.questions and scope.whole(place):
        yield place, f"source '{source.name}': responses need 'questions', one for each asked"
    yield from _translations(source, place)
    yield from _reading(source.read, (*place, "read"))
    yield from _joins(source, place)
    yield from _questions(source, place, scope)


def _from(written: str, place: Place) -> Iterator[Mistake]:
    if not written.strip():
        yield place, "from: expected a file, such as data/survey.csv, or server, found ''"


def _aliases(source: Source) -> tuple[str, ...]:
    return (*((source.as_,) if source.as_ else ()), *(join.as_ for join in source.join))


def _mapped(source: Source) -> Iterator[tuple[Place, str]]:
    """The names a source gives to its columns, with their places below the source."""
    yield from ((("columns", name), name) for name in source.columns)
    for i, row in enumerate(source.rows):
        yield from ((("rows", i, name), name) for name in row)


def _column_names(source: Source, place: Place, shape: FactShape) -> Iterator[Mistake]:
    known = {**SHARED, **shape.columns}
    for below, name in _mapped(source):
        if name in known:
            continue
        at = (*place, *below)
        slip = difflib.get_close_matches(name.lower(), known, n=1, cutoff=_SLIP)
        if slip:
            yield at, f"'{name}' is not a column of {shape.name}; did you mean '{slip[0]}'?"
        elif name.lower() in RESERVED:
            yield at, f"'{name}' is a name that Milepost itself gives; choose another"
        elif not _NAME.fullmatch(name):
            yield at, f"'{name}' is no name; a measure is letters, digits and _, a letter first"


def _measures(source: Source, place: Place) -> Iterator[Mistake]:
    """Two names of one mapping that differ in case alone; a line of `rows` is a mapping of its own."""
    yield from clashes((((*place, "columns", name), name) for name in source.columns), "column")
    for i, row in enumerate(source.rows):
        yield from clashes((((*place, "rows", i, name), name) for name in row), "column")


def _required(source: Source, place: Place, shape: FactShape) -> Iterator[Mistake]:
    given = {*source.columns, *({shape.time} if source.dated else ())}
    needed = [name for name in shape.required if name not in _OPTIONAL_KEYS]
    for i, row in enumerate(source.rows):
        yield from _lacking(needed, {*given, *row}, (*place, "rows", i), shape)
    if not source.rows:
        yield from _lacking(needed, given, place, shape)


def _lacking(
    needed: list[str], given: set[str], place: Place, shape: FactShape
) -> Iterator[Mistake]:
    for name in needed:
        # A slip of the pen has been found already.
        if name not in given and not difflib.get_close_matches(name, given, n=1, cutoff=_SLIP):
            instead = " (or 'dated', one day for all)" if name == shape.time else ""
            where = "this line of 'rows'" if "rows" in place else "'columns'"
            yield place, f"'{name}' is missing in {where}; fact {shape.name} needs it{instead}"


def _belonging(source: Source, place: Place) -> Iterator[Mistake]:
    if source.fact == "responses":
        return
    if source.questions:
        yield (*place, "questions"), f"questions belong to responses, not to {source.fact}"
    if source.invited:
        yield (*place, "invited"), f"invited: belongs to responses, not to {source.fact}"


def _combinations(source: Source, place: Place) -> Iterator[Mistake]:
    if source.rows and source.questions:
        yield (*place, "rows"), "'rows' and 'questions' both unfold a record; keep one of them"
    if source.rows and source.group:
        yield (*place, "rows"), "'rows' unfolds a record and 'group' folds several; keep one"
    if source.group and source.questions:
        yield (*place, "group"), "'group' folds records that 'questions' unfolds; keep one of them"


def _attributes(source: Source, place: Place, shape: FactShape | None) -> Iterator[Mistake]:
    for name in source.attributes:
        at = (*place, "attributes", name)
        small = name.lower()
        if small in SHARED:
            yield at, f"'{name}' is a column of every fact; map it under 'columns'"
        elif small in RESERVED:
            yield at, f"'{name}' is a name that Milepost itself gives; choose another"
        elif shape and small in {column.lower() for column in shape.columns}:
            yield at, f"'{name}' is a column of {shape.name}; choose another name for the attribute"
        elif small in {mapped.lower() for _, mapped in _mapped(source)}:
            yield at, f"'{name}' is a column and an attribute of this source; rename one of them"


def _translations(source: Source, place: Place) -> Iterator[Mistake]:
    """Value labels name what the source maps; labels may name the file's own column as well."""
    mapped = {*(name for _, name in _mapped(source)), *source.attributes}
    written = {*source.columns.values(), *source.attributes.values()}
    written |= {text for row in source.rows for text in row.values()}
    known = {"values": mapped, "labels": mapped | written}
    for key, tables in (("values", source.values), ("labels", source.labels)):
        for name in tables:
            if name not in known[key]:
                near = hint(name, mapped)
                yield (*place, key, name), f"{key}: '{name}' is no column or attribute here{near}"


def _reading(read: Read, place: Place) -> Iterator[Mistake]:
    if read.timezone:
        yield from timezone_mistakes(read.timezone, (*place, "timezone"))
    if read.encoding is not None:
        yield from _encoding(read.encoding, (*place, "encoding"))
    if read.delimiter is not None:
        yield from _delimiter(read.delimiter, (*place, "delimiter"))
    if read.header == "none" and not read.names:
        yield (*place, "header"), "header: none needs 'names', the columns in their order"
    if read.names and read.header != "none":
        yield (
            (*place, "names"),
            "names: only a file without a header line takes them (header: none)",
        )
    yield from clashes(
        (((*place, "names", i), name) for i, name in enumerate(read.names or ())), "column"
    )
    yield from _date_forms(read, (*place, "dates"))


def _encoding(name: str, place: Place) -> Iterator[Mistake]:
    try:
        codec_of(name)
    except LookupError:
        close = nearest(name, codecs_known())
        meant = f"did you mean '{close}'?" if close else "expected one such as utf-8"
        yield place, f"encoding '{name}' is unknown; {meant}"


def _delimiter(written: str, place: Place) -> Iterator[Mistake]:
    try:
        delimiter_of(written)
    except ValueError:
        yield (
            place,
            f"delimiter: expected one ASCII character, tab or whitespace, found '{written}'",
        )


def _date_forms(read: Read, place: Place) -> Iterator[Mistake]:
    forms = {"": read.dates} if isinstance(read.dates, str) else read.dates or {}
    for column, form in forms.items():
        if "%" not in form:
            at = (*place, column) if column else place
            yield at, f"dates: '{form}' is no date format; expected one such as '%m/%d/%Y'"


def _joins(source: Source, place: Place) -> Iterator[Mistake]:
    if source.join and not source.as_:
        yield (*place, "join"), "a source with 'join' needs 'as', the alias of its own columns"
    named = [((*place, "as"), source.as_)] if source.as_ else []
    joins = [((*place, "join", i, "as"), join.as_) for i, join in enumerate(source.join)]
    yield from clashes([*named, *joins], "alias")
    aliases = _aliases(source)
    for i, join in enumerate(source.join):
        at = (*place, "join", i)
        yield from _reading(join.read, (*at, "read"))
        if not join.keys:
            yield (
                (*at, "keys"),
                "keys: expected a column here and its match there, such as {id: id}",
            )
        # Only what stands before a join can lead to it.
        later = aliases[aliases.index(join.as_) :]
        for left in join.keys:
            yield from value_mistakes(left, (*at, "keys", left), aliases=aliases)
            if left.partition(".")[0] in later and "." in left:
                yield (*at, "keys", left), f"keys: '{left}' is not looked up yet at this join"


def _expressions(source: Source, place: Place) -> Iterator[Mistake]:
    aliases, grouped = _aliases(source), source.group is not None
    yield from condition_mistakes(source.where, (*place, "where"), aliases=aliases)
    yield from value_mistakes(source.group, (*place, "group"), aliases=aliases)
    for key, values in (("columns", source.columns), ("attributes", source.attributes)):
        for name, text in values.items():
            at = (*place, key, name)
            yield from value_mistakes(text, at, aliases=aliases, aggregates=grouped)
    for i, row in enumerate(source.rows):
        for name, text in row.items():
            yield from value_mistakes(text, (*place, "rows", i, name), aliases=aliases)
    for i, expect in enumerate(source.expect):
        yield from condition_mistakes(expect.that, (*place, "expect", i, "that"), aliases=aliases)
    names = (((*place, "expect", i, "name"), item.name) for i, item in enumerate(source.expect))
    yield from clashes(names, "expectation")


def _questions(source: Source, place: Place, scope: Scope) -> Iterator[Mistake]:
    at = (*place, "questions")
    names = (((*at, i, "name"), asked.name) for i, asked in enumerate(source.questions))
    yield from clashes(names, "question")
    for i, asked in enumerate(source.questions):
        yield from check_question(asked, (*at, i), scope, aliases=_aliases(source))
