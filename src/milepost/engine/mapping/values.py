"""Reading values: text as numbers, times, yes and no, or seconds, and which texts are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.engine import sql
from milepost.engine.sql import Tree
from milepost.plan.facts import ColumnType

YES = ("yes", "y", "true", "t", "1", "ja", "oui", "si", "sí", "是")
NO = ("no", "n", "false", "f", "0", "nej", "nein", "non", "否")
EARLIEST, LATEST = "1900-01-01", "2200-01-01"
LARGEST = 1e15

# What a person may write around a number: currency signs, percent, spaces of all kinds.
_DECORATION = "[\\s\u00a0\u202f€$£¥%]"


@dataclass(frozen=True, slots=True)
class Style:
    """How one text column writes its values, as found or stated.

    `number` is plain, loose (with decoration), thousands (1,234.5) or comma (1.234,5). `time` is
    None for ISO, else a strptime format; `date_only` says that no time of day is written.
    """

    number: str = "plain"
    time: str | None = None
    date_only: bool = False
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Reading:
    """The SQL of a value, and the reason to give where a text is there but not the value."""

    value: Tree
    reason: str


def is_text(type_: str) -> bool:
    """Whether DuckDB's type is text, whose values have to be read."""
    return type_ == "VARCHAR"


def as_text(raw: Tree, type_: str) -> Tree:
    """A value as trimmed text, blank as NULL; whole floats are written as integers."""
    if is_text(type_):
        return sql.sql("nullif(trim(:x), '')", x=raw)
    if type_ in ("DOUBLE", "FLOAT"):
        return sql.sql(
            "CASE WHEN isfinite(:x) AND :x = floor(:x) AND abs(:x) < 1e15"
            " THEN CAST(CAST(:x AS BIGINT) AS VARCHAR) ELSE CAST(:x AS VARCHAR) END",
            x=raw,
        )
    return sql.sql("CAST(:x AS VARCHAR)", x=raw)


def relabelled(raw: Tree, labels: Mapping[str, str]) -> Tree:
    """The text with its labels replaced, whatever their case; other texts as they are."""
    lowered = sql.sql("lower(:x)", x=raw)
    branches = [
        (sql.sql(":x = :old", x=lowered, old=sql.text(old.strip().lower())), sql.text(new))
        for old, new in labels.items()
    ]
    return sql.case(branches, raw) if branches else raw


def read(raw: Tree, *, type_: str, target: ColumnType, style: Style) -> Reading:
    """The value of a raw column for a target type; `raw` is text already where it was text."""
    if target == "number":
        return Reading(_number(raw, type_, style), "not a number")
    if target == "seconds":
        return Reading(_seconds(raw, type_, style), "not a duration in seconds or h:mm:ss")
    if target == "boolean":
        return Reading(_boolean(raw, type_), "neither yes nor no")
    if target in ("time", "date"):
        return Reading(_time(raw, type_, style), _time_reason(style))
    return Reading(as_text(raw, type_), "not text")


def number_of(raw: Tree, style: str) -> Tree:
    """A text as a finite number that is not absurdly large, else NULL."""
    return sql.sql(
        "CASE WHEN abs(TRY_CAST(:x AS DOUBLE)) <= 1e15 THEN TRY_CAST(:x AS DOUBLE) END",
        x=undecorated(raw, style),
    )


def local_day(moment: Tree, timezone: str) -> Tree:
    """The date of a moment in a time zone."""
    return sql.sql("CAST(timezone(:tz, :x) AS DATE)", tz=sql.text(timezone), x=moment)


def undecorated(raw: Tree, style: str) -> Tree:
    """A number's text without what people write around it, in the form that SQL reads."""
    if style == "plain":
        return raw
    bare = sql.sql("regexp_replace(:x, :d, '', 'g')", x=raw, d=sql.text(_DECORATION))
    if style == "thousands":
        return sql.sql("replace(:x, ',', '')", x=bare)
    if style == "comma":
        return sql.sql("replace(replace(:x, '.', ''), ',', '.')", x=bare)
    return bare


def _number(raw: Tree, type_: str, style: Style) -> Tree:
    if is_text(type_):
        return number_of(raw, style.number)
    return number_of(sql.sql("CAST(:x AS DOUBLE)", x=raw), "plain")


def _seconds(raw: Tree, type_: str, style: Style) -> Tree:
    if type_ == "INTERVAL":
        return sql.sql("epoch(:x)", x=raw)
    if type_ == "TIME":
        return sql.sql("epoch(CAST(:x AS INTERVAL))", x=raw)
    if not is_text(type_):
        return _number(raw, type_, style)
    return sql.sql(
        "CASE WHEN regexp_matches(:x, '^\\d+:\\d{2}(:\\d{2})?(\\.\\d+)?$')"
        " THEN epoch(TRY_CAST(CASE WHEN length(:x) - length(replace(:x, ':', '')) = 1"
        " THEN '0:' || :x ELSE :x END AS INTERVAL)) ELSE :n END",
        x=raw,
        n=number_of(raw, style.number),
    )


def _boolean(raw: Tree, type_: str) -> Tree:
    if type_ == "BOOLEAN":
        return raw
    lowered = sql.sql("lower(:x)", x=as_text(raw, type_))
    return sql.case(
        [(sql.one_of(lowered, YES), sql.sql("TRUE")), (sql.one_of(lowered, NO), sql.sql("FALSE"))]
    )


def _time(raw: Tree, type_: str, style: Style) -> Tree:
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return _plausible(raw)
    if not is_text(type_):
        local = sql.sql("TRY_CAST(:x AS TIMESTAMP)", x=raw)
        return _plausible(sql.sql("timezone(:tz, :x)", tz=sql.text(style.timezone), x=local))
    if style.time is not None:
        parsed = sql.sql("try_strptime(:x, :f)", x=raw, f=sql.text(style.time))
        if "%z" in style.time:
            return _plausible(sql.sql("CAST(:x AS TIMESTAMPTZ)", x=parsed))
        return _plausible(sql.sql("timezone(:tz, :x)", tz=sql.text(style.timezone), x=parsed))
    return _plausible(_iso(raw, style.timezone))


def _iso(raw: Tree, timezone: str) -> Tree:
    """ISO 8601: with an offset it is a moment, without it is local time."""
    return sql.sql(
        "CASE WHEN NOT regexp_matches(:x, '^\\d{4}-\\d{1,2}-\\d{1,2}([T ]|$)') THEN NULL"
        " WHEN regexp_matches(:x, ':\\d{2}.*(Z|z|[+-]\\d{2}(:?\\d{2})?)$')"
        " THEN TRY_CAST(:x AS TIMESTAMPTZ)"
        " ELSE timezone(:tz, TRY_CAST(:x AS TIMESTAMP)) END",
        x=raw,
        tz=sql.text(timezone),
    )


def _plausible(moment: Tree) -> Tree:
    return sql.sql(
        "CASE WHEN :x BETWEEN CAST(:a AS TIMESTAMPTZ) AND CAST(:b AS TIMESTAMPTZ) THEN :x END",
        x=moment,
        a=sql.text(f"{EARLIEST} 00:00:00+00"),
        b=sql.text(f"{LATEST} 00:00:00+00"),
    )


def _time_reason(style: Style) -> str:
    expected = style.time or "YYYY-MM-DD"
    return f"not a date like {expected} between {EARLIEST[:4]} and {LATEST[:4]}"
