"""How a text column writes its dates and numbers: found out from all its values, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import duckdb
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import values
from milepost.engine.mapping.targets import Target
from milepost.engine.mapping.values import Style
from milepost.engine.reading.plain import wrong
from milepost.engine.sql import Tree
from milepost.plan.model import Source

_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%y",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S")
FORMATS = tuple(day + clock for day in _DAYS for clock in _CLOCKS)

# Pairs that differ only in which comes first; a four-digit %Y also swallows two-digit years.
_SWAPS = {"%d/%m/": "%m/%d/", "%d-%m-": "%m-%d-"}
_SHORTLIST_ROWS = 5_000
# The parts of a stated format that write a time of day.
_CLOCK_MARKS = ("%H", "%I", "%-H", "%-I", "%s", "%X", "%c")


@dataclass(frozen=True, slots=True)
class Where:
    """The column under inspection, for messages: source, file and column as the plan names them."""

    source: str
    column: str


def style_of(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    target: Target,
    *,
    type_: str,
    source: Source,
    timezone: str,
) -> Style:
    """How a target's column is written; `type_` is what its values are read from."""
    if type_ == "DATE":
        return Style(timezone=timezone, date_only=True)
    if not values.is_text(type_) or target.type in ("text", "boolean"):
        return Style(timezone=timezone)
    where = Where(source.name, target.shown)
    raw = sql.column(text_column(target.name))
    if target.type in ("number", "seconds"):
        found = number_style(con, relation, raw, decimal=source.read.decimal, where=where)
        return Style(number=found, timezone=timezone)
    if target.dates is not None:
        clock = any(mark in target.dates for mark in _CLOCK_MARKS)
        return Style(time=target.dates, timezone=timezone, date_only=not clock)
    return time_style(con, relation, raw, timezone=timezone, where=where)


def text_column(name: str) -> str:
    """The name under which a target's value stands before it is read."""
    return f"_text_{name}"


def time_style(
    con: duckdb.DuckDBPyConnection, relation: str, raw: Tree, *, timezone: str, where: Where
) -> Style:
    """How the times of a text column are written; an ambiguous day/month order is an error."""
    total, iso, offsets, clocked = _row(
        con, relation, "count(:x)", "count(CASE WHEN :iso THEN 1 END)",
        "count(CASE WHEN :offset THEN 1 END)", "count(CASE WHEN length(:x) > 10 THEN 1 END)",
        x=raw, iso=values.is_iso(raw), offset=values.has_offset(raw),
    )  # fmt: skip
    if iso == total:
        time = None if offsets else values.LOCAL_ISO
        return Style(time=time, timezone=timezone, date_only=not clocked)
    counts = _fitting(con, relation, raw)
    best = max(counts.values(), default=0)
    if best <= iso:
        return Style(timezone=timezone, date_only=not clocked)
    winners = [fmt for fmt, count in counts.items() if count == best]
    _refuse_ambiguous(con, relation, raw, winners, where)
    clock = "%H" in winners[0] or "%I" in winners[0]
    return Style(time=winners[0], timezone=timezone, date_only=not clock)


def number_style(
    con: duckdb.DuckDBPyConnection, relation: str, raw: Tree, *, decimal: str | None, where: Where
) -> str:
    """How the numbers of a text column are written; `1,234` alone in a column is an error."""
    total, plain = _row(con, relation, "count(:x)", "count(TRY_CAST(:x AS DOUBLE))", x=raw)
    if plain == total and decimal is None:
        return "plain"
    points, commas, unclear = _row(
        con, relation,
        *(f"count(CASE WHEN regexp_matches(:b, '{pattern}') THEN 1 END)"
          for pattern in (_POINT, _COMMA, _UNCLEAR)),
        b=values.bare(raw),
    )  # fmt: skip
    if decimal is not None:
        return "comma" if decimal == "," else "thousands" if points + commas + unclear else "loose"
    if commas > points:
        return "comma"
    if points:
        return "thousands"
    if unclear:
        _refuse_unclear(con, relation, raw, where)
    return "loose"


# A point that can only be decimal beside thousands or alone; a comma that can only be decimal;
# and a comma that can be either.
_POINT = "^[+-]?(\\d{1,3}((,\\d{3}){2,}(\\.\\d*)?|(,\\d{3})+\\.\\d*)|\\d+\\.(\\d{1,2}|\\d{4,}))$"
_COMMA = "^[+-]?(0\\d*,\\d+|\\d*,(\\d{1,2}|\\d{4,})|\\d{4,},\\d+|\\d{1,3}([.\\s]\\d{3})+,\\d+)$"
_UNCLEAR = "^[+-]?[1-9]\\d{0,2},\\d{3}$"


def _refuse_unclear(
    con: duckdb.DuckDBPyConnection, relation: str, raw: Tree, where: Where
) -> NoReturn:
    unclear = sql.sql(f"regexp_matches(:b, '{_UNCLEAR}')", b=values.bare(raw))
    shown = _examples(con, relation, raw, unclear)
    digits = shown[0].strip("€$£¥% +-")
    raise wrong(
        f"source '{where.source}', column '{where.column}': {', '.join(shown)} can be"
        f" thousands ({digits.replace(',', '')}) or decimals ({digits.replace(',', '.')});"
        " say which with read: {decimal: '.'} or {decimal: ','}"
    )


def _fitting(con: duckdb.DuckDBPyConnection, relation: str, raw: Tree) -> dict[str, int]:
    """How many values each format reads, of those that read any in the column's first rows."""
    rows = exp.select("*").from_(sql.table(relation))
    early = _counts(con, rows.copy().limit(_SHORTLIST_ROWS), raw, FORMATS)
    short = [fmt for fmt, count in early.items() if count] or list(FORMATS)
    return {fmt: n for fmt, n in _counts(con, rows, raw, short).items() if n}


def _counts(
    con: duckdb.DuckDBPyConnection, rows: exp.Select, raw: Tree, formats: Sequence[str]
) -> dict[str, int]:
    parts = [sql.sql("count(:t)", t=_parsed(raw, fmt)) for fmt in formats]
    query = sql.select(*parts).from_(rows.subquery("rows"))
    row = con.execute(sql.render(query)).fetchall()[0]
    return dict(zip(formats, row, strict=True))


def _parsed(raw: Tree, fmt: str) -> Tree:
    """try_strptime, but %Y must find four digits: it would read 31/12/17 as the year 17."""
    parsed = sql.sql("try_strptime(:x, :f)", x=raw, f=sql.text(fmt))
    if "%Y" not in fmt:
        return parsed
    return sql.sql("CASE WHEN regexp_matches(:x, '\\d{4}') THEN :t END", x=raw, t=parsed)


def _refuse_ambiguous(
    con: duckdb.DuckDBPyConnection, relation: str, raw: Tree, winners: Sequence[str], where: Where
) -> None:
    for first, second in _SWAPS.items():
        swapped = [fmt for fmt in winners if fmt.startswith(first)]
        for fmt in swapped:
            other = fmt.replace(first, second, 1)
            if other in winners:
                _raise_if_differing(con, relation, raw, fmt, other, where)


def _raise_if_differing(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    raw: Tree,
    fmt: str,
    other: str,
    where: Where,
) -> None:
    left, right = _parsed(raw, fmt), _parsed(raw, other)
    shown = _examples(con, relation, raw, sql.sql(":a <> :b", a=left, b=right))
    if not shown:
        return
    readings = ", ".join(f"{text} ({_swap_note(con, text, fmt, other)})" for text in shown)
    raise wrong(
        f"source '{where.source}', column '{where.column}': day or month first? {readings};"
        f' say which with read: {{dates: "{fmt}"}} or {{dates: "{other}"}}'
    )


def _swap_note(con: duckdb.DuckDBPyConnection, text: str, fmt: str, other: str) -> str:
    query = "SELECT strftime(try_strptime(?, ?), '%Y-%m-%d')"
    days = [con.execute(query, [text, order]).fetchall()[0][0] for order in (fmt, other)]
    return " or ".join(days)


def _examples(
    con: duckdb.DuckDBPyConnection, relation: str, raw: Tree, condition: Tree
) -> list[str]:
    query = sql.select(sql.named(raw, "shown")).distinct().from_(sql.table(relation))
    query = query.where(condition).order_by(sql.column("shown")).limit(3)
    return [str(row[0]) for row in con.execute(sql.render(query)).fetchall()]


def _row(
    con: duckdb.DuckDBPyConnection, relation: str, *fragments: str, **holes: Tree
) -> tuple[Any, ...]:
    parts = [sql.sql(fragment, **holes) for fragment in fragments]
    query = sql.select(*parts).from_(sql.table(relation))
    found: tuple[Any, ...] = con.execute(sql.render(query)).fetchall()[0]
    return found
