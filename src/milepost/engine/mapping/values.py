"""Reading values: text as numbers, times, yes and no, or seconds, and which texts are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from milepost.engine import sql
from milepost.engine.sql import Tree
from milepost.plan.facts import ColumnType

YES = ("yes", "y", "true", "t", "1", "ja", "oui", "si", "sí", "是")
NO = ("no", "n", "false", "f", "0", "nej", "nein", "non", "否")
EARLIEST, LATEST = "1900-01-01", "2200-01-01"

# What a person may write around a number, and between its thousands.
_BLANKS = "\\s\u00a0\u202f"
_DECORATION = f"^([+-]?)[€$£¥{_BLANKS}]+|[€$£¥%{_BLANKS}]+$"
_GAPS = f"[{_BLANKS}'’]"
_TAIL = "([eE][+-]?\\d+)?$"
# By style: what a bare number looks like, and what stands between its thousands.
_WRITTEN = {
    "loose": (f"^[+-]?(\\d+|\\d{{1,3}}({_GAPS}\\d{{3}})+)?(\\.\\d*)?{_TAIL}", _GAPS),
    "thousands": (f"^[+-]?(\\d+|\\d{{1,3}}(,\\d{{3}})+)?(\\.\\d*)?{_TAIL}", ","),
    "comma": (
        f"^[+-]?(\\d+|\\d{{1,3}}([.{_BLANKS}'’]\\d{{3}})+)?(,\\d*)?{_TAIL}",
        f"[.{_BLANKS}'’]",
    ),
}
_ISO_DATE = "^\\d{4}-\\d{1,2}-\\d{1,2}([T ]|$)"
_OFFSET = ":\\d{2}.*(Z|z|[+-]\\d{2}(:?\\d{2})?)$"
_NUMERIC = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN",
}  # fmt: skip
_MOMENTS = {
    "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
_NATURAL: dict[ColumnType, set[str]] = {
    "number": _NUMERIC,
    "seconds": _NUMERIC | {"INTERVAL", "TIME"},
    "boolean": {"BOOLEAN"},
    "time": _MOMENTS,
    "date": _MOMENTS,
    "text": set(),
}


# What `Style.time` says of a column whose every value is ISO 8601 without an offset.
LOCAL_ISO = "ISO"


@dataclass(frozen=True, slots=True)
class Style:
    """How one text column writes its values, as found or stated.

    `number` is plain, loose (with decoration), thousands (1,234.5) or comma (1.234,5). `time` is
    None for ISO of any kind, LOCAL_ISO, or a strptime format; `date_only`: no time of day.
    """

    number: str = "plain"
    time: str | None = None
    date_only: bool = False
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a value is read in two steps, and the reason to give where a text is there but no value.

    `parsed` is what the text says; `sound` makes of that column NULL what cannot be meant. They
    are two so that no database computes the first twice.
    """

    parsed: Tree
    sound: Callable[[Tree], Tree]
    reason: str


def is_text(type_: str) -> bool:
    """Whether DuckDB's type is text, whose values have to be read."""
    return type_ == "VARCHAR"


def read_as(type_: str, target: ColumnType) -> str:
    """The type that a value is read from: its own where that suits the target, else text."""
    return type_ if type_.partition("(")[0] in _NATURAL[target] else "VARCHAR"


def as_text(raw: Tree, type_: str) -> Tree:
    """A value as trimmed text, blank as NULL; whole floats are written as integers."""
    if type_.startswith("DECIMAL"):
        return sql.sql("regexp_replace(CAST(:x AS VARCHAR), '\\.0+$', '')", x=raw)
    if type_ in ("DOUBLE", "FLOAT"):
        return sql.sql(
            "CASE WHEN isfinite(:x) AND :x = floor(:x) AND abs(:x) < 1e15"
            " THEN CAST(CAST(:x AS BIGINT) AS VARCHAR) ELSE CAST(:x AS VARCHAR) END",
            x=raw,
        )
    return sql.sql("nullif(trim(CAST(:x AS VARCHAR)), '')", x=raw)


def relabelled(raw: Tree, labels: Mapping[str, str]) -> Tree:
    """The text with its labels replaced, whatever their case; other texts as they are."""
    lowered = sql.sql("lower(:x)", x=raw)
    branches = [
        (sql.sql(":x = :old", x=lowered, old=sql.text(old.strip().lower())), sql.text(new))
        for old, new in labels.items()
    ]
    return sql.case(branches, raw) if branches else raw


def read(raw: Tree, *, type_: str, target: ColumnType, style: Style) -> Reading:
    """How a raw column is read for a target type; `raw` is text already where it was text."""
    if target == "number":
        return Reading(_number(raw, type_, style), sound_number, "not a number")
    if target == "seconds":
        reason = "not a duration in seconds or h:mm:ss"
        return Reading(_seconds(raw, type_, style), sound_number, reason)
    if target == "boolean":
        return Reading(_boolean(raw, type_), _as_it_is, "neither yes nor no")
    if target in ("time", "date"):
        return Reading(_time(raw, type_, style), _plausible, _time_reason(style))
    return Reading(as_text(raw, type_), _as_it_is, "not text")


def number_of(raw: Tree, style: str) -> Tree:
    """A text as a number of whatever size, else NULL."""
    return sql.sql("TRY_CAST(:x AS DOUBLE)", x=_plain(raw, style))


def sound_number(number: Tree) -> Tree:
    """A number, unless it is none, infinite or absurdly large."""
    # A Parquet file's least and greatest value leave NaN out, and DuckDB goes by them alone.
    return sql.sql("CASE WHEN isfinite(:x) AND abs(:x) <= 1e15 THEN :x END", x=number)


def is_iso(raw: Tree) -> Tree:
    """Whether a text is a date or time of ISO 8601; NULL or false where not."""
    return sql.sql(
        "CASE WHEN regexp_matches(:x, :shape) THEN"
        " CASE WHEN :o THEN TRY_CAST(:x AS TIMESTAMPTZ) IS NOT NULL"
        " ELSE TRY_CAST(:x AS TIMESTAMP) IS NOT NULL END END",
        x=raw,
        shape=sql.text(_ISO_DATE),
        o=has_offset(raw),
    )


def has_offset(raw: Tree) -> Tree:
    """Whether a text ends in an offset from UTC, behind a time of day."""
    return sql.sql("regexp_matches(:x, :o)", x=raw, o=sql.text(_OFFSET))


def local_day(moment: Tree, timezone: str) -> Tree:
    """The date of a moment in a time zone."""
    return sql.sql("CAST(timezone(:tz, :x) AS DATE)", tz=sql.text(timezone), x=moment)


def bare(raw: Tree) -> Tree:
    """A number's text without the signs and blanks around it."""
    return sql.sql("regexp_replace(:x, :d, '\\1', 'g')", x=raw, d=sql.text(_DECORATION))


def _plain(raw: Tree, style: str) -> Tree:
    """A number's text in the form that SQL reads; NULL where it is not written in that style."""
    if style == "plain":
        return raw
    whole, between = (sql.text(pattern) for pattern in _WRITTEN[style])
    joined = sql.sql("regexp_replace(:b, :g, '', 'g')", b=bare(raw), g=between)
    if style == "comma":
        joined = sql.sql("replace(:j, ',', '.')", j=joined)
    return sql.sql("CASE WHEN regexp_matches(:b, :w) THEN :j END", b=bare(raw), w=whole, j=joined)


def _number(raw: Tree, type_: str, style: Style) -> Tree:
    if is_text(type_):
        return number_of(raw, style.number)
    return sql.sql("CAST(:x AS DOUBLE)", x=raw)


def _seconds(raw: Tree, type_: str, style: Style) -> Tree:
    if type_ in ("INTERVAL", "TIME"):
        return sql.sql("epoch(:x)", x=raw)
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
        return raw
    if is_text(type_) and style.time is None:
        return _iso(raw, style.timezone)
    if is_text(type_) and style.time != LOCAL_ISO:
        parsed = sql.sql("try_strptime(:x, :f)", x=raw, f=sql.text(style.time or ""))
        if "%z" in (style.time or ""):
            return sql.sql("CAST(:x AS TIMESTAMPTZ)", x=parsed)
        return _in_zone(parsed, style.timezone)
    return _in_zone(sql.sql("TRY_CAST(:x AS TIMESTAMP)", x=raw), style.timezone)


def _in_zone(local: Tree, timezone: str) -> Tree:
    return sql.sql("timezone(:tz, :x)", tz=sql.text(timezone), x=local)


def _iso(raw: Tree, timezone: str) -> Tree:
    """ISO 8601: with an offset it is a moment, without it is local time."""
    return sql.sql(
        "CASE WHEN NOT regexp_matches(:x, :shape) THEN NULL"
        " WHEN :o THEN TRY_CAST(:x AS TIMESTAMPTZ)"
        " ELSE timezone(:tz, TRY_CAST(:x AS TIMESTAMP)) END",
        x=raw,
        shape=sql.text(_ISO_DATE),
        o=has_offset(raw),
        tz=sql.text(timezone),
    )


def _as_it_is(value: Tree) -> Tree:
    return value


def _plausible(moment: Tree) -> Tree:
    return sql.sql(
        "CASE WHEN :x BETWEEN CAST(:a AS TIMESTAMPTZ) AND CAST(:b AS TIMESTAMPTZ) THEN :x END",
        x=moment,
        a=sql.text(f"{EARLIEST} 00:00:00+00"),
        b=sql.text(f"{LATEST} 00:00:00+00"),
    )


def _time_reason(style: Style) -> str:
    expected = "YYYY-MM-DD" if style.time in (None, LOCAL_ISO) else style.time
    return f"not a date like {expected} between {EARLIEST[:4]} and {LATEST[:4]}"
