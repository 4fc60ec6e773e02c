"""The expressions a plan may hold: SQL over one row, read against a list of what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from milepost.errors import QuestionError, hint
from milepost.plan.growth import excess

LONGEST = 10_000
DEEPEST = 40  # brackets and CASE within one another

# A function as a plan writes it -> the node it becomes. Each has a case test on every engine.
NUMBER_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "abs": exp.Abs, "ceil": exp.Ceil, "exp": exp.Exp, "floor": exp.Floor,
    "greatest": exp.Greatest, "least": exp.Least, "ln": exp.Ln, "log": exp.Log, "mod": exp.Mod,
    "power": exp.Pow, "round": exp.Round, "sign": exp.Sign, "sqrt": exp.Sqrt,
}  # fmt: skip
TEXT_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "concat": exp.Concat, "contains": exp.Contains, "ends_with": exp.EndsWith, "left": exp.Left,
    "length": exp.Length, "lower": exp.Lower, "lpad": exp.Pad, "ltrim": exp.Trim, "md5": exp.MD5,
    "regexp_extract": exp.RegexpExtract, "regexp_matches": exp.RegexpLike,
    "regexp_replace": exp.RegexpReplace, "replace": exp.Replace, "right": exp.Right,
    "rtrim": exp.Trim, "split_part": exp.SplitPart, "starts_with": exp.StartsWith,
    "strpos": exp.StrPosition, "substr": exp.Substring, "substring": exp.Substring,
    "trim": exp.Trim, "upper": exp.Upper,
}  # fmt: skip
TIME_FUNCTIONS: dict[str, type[exp.Expr]] = {
    "date_add": exp.DateAdd, "date_diff": exp.DateDiff, "date_part": exp.Anonymous,
    "date_trunc": exp.TimestampTrunc, "day": exp.Day, "dayofweek": exp.DayOfWeek,
    "dayofyear": exp.DayOfYear, "epoch": exp.TimeToUnix, "extract": exp.Extract,
    "hour": exp.Hour, "isodow": exp.DayOfWeekIso, "last_day": exp.LastDay,
    "make_date": exp.DateFromParts, "make_timestamp": exp.TimestampFromParts,
    "minute": exp.Minute, "month": exp.Month, "quarter": exp.Quarter, "second": exp.Second,
    "strftime": exp.TimeToStr, "strptime": exp.StrToTime, "to_days": exp.ToDays,
    "to_hours": exp.Anonymous, "to_minutes": exp.Anonymous, "to_seconds": exp.Anonymous,
    "try_strptime": exp.Anonymous, "week": exp.Week, "year": exp.Year,
}  # fmt: skip
CHOICE_FUNCTIONS: dict[str, type[exp.Expr]] = {"coalesce": exp.Coalesce, "nullif": exp.Nullif}
ROW_FUNCTIONS = NUMBER_FUNCTIONS | TEXT_FUNCTIONS | TIME_FUNCTIONS | CHOICE_FUNCTIONS
AGGREGATES: dict[str, type[exp.Expr]] = {
    "any_value": exp.AnyValue, "arg_max": exp.ArgMax, "arg_min": exp.ArgMin, "avg": exp.Avg,
    "bool_and": exp.LogicalAnd, "bool_or": exp.LogicalOr, "count": exp.Count, "max": exp.Max,
    "min": exp.Min, "sum": exp.Sum,
}  # fmt: skip

_PLAIN = (
    exp.Add, exp.And, exp.Between, exp.Boolean, exp.Case, exp.Cast, exp.Column, exp.DPipe,
    exp.DataType, exp.DataTypeParam, exp.DateTrunc, exp.Div, exp.EQ, exp.Escape, exp.GT, exp.GTE,
    exp.ILike,
    exp.Identifier, exp.If, exp.In, exp.IntDiv, exp.Interval, exp.Is, exp.LT, exp.LTE, exp.Like,
    exp.Literal, exp.Mod, exp.Mul, exp.NEQ, exp.Neg, exp.Not, exp.Null, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Or, exp.Paren, exp.Sub, exp.TryCast, exp.Var,
)  # fmt: skip
_GROUPED = (exp.Distinct, exp.Filter, exp.IgnoreNulls, exp.Star, exp.Where)
_ROW_NODES = frozenset({*_PLAIN, *ROW_FUNCTIONS.values()})
_GROUP_NODES = frozenset({*_ROW_NODES, *_GROUPED, *AGGREGATES.values()})
_AGGREGATE_NODES = tuple(AGGREGATES.values())

TYPES = (
    "boolean", "smallint", "int", "integer", "bigint", "hugeint", "float", "real", "double",
    "decimal", "numeric", "text", "varchar", "date", "time", "timestamp", "timestamptz",
)  # fmt: skip
_TYPE_NODES = frozenset(exp.DataType.build(name, dialect="duckdb").this for name in TYPES)
UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_PARTS = (*UNITS, "dayofweek", "dow", "isodow", "dayofyear", "doy", "epoch", "isoyear")
# Words that may stand before a bracket without being a function.
_SYNTAX = {
    "all", "and", "any", "as", "between", "by", "case", "cast", "distinct", "else", "end",
    "escape", "exists", "filter", "from", "ilike", "in", "interval", "is", "like", "not", "or",
    "over", "then", "try_cast", "when", "where", *TYPES,
}  # fmt: skip
_NO_QUERY = "a query inside an expression is not allowed; use 'join' to look things up"
_SENTENCES: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.Query, _NO_QUERY),
    (exp.Exists, _NO_QUERY),
    (exp.Window, "a window (OVER) is not allowed; an expression sees one row"),
    (exp.Placeholder, "a parameter is not allowed; write the value itself"),
    (exp.Parameter, "a parameter is not allowed; write the value itself"),
)


class ExpressionError(QuestionError):
    """An expression that is not one, or that uses what is not allowed."""


def is_expression(text: str) -> bool:
    """Whether a plan's value is an expression ('= …') rather than a column's name."""
    return text.startswith("=")


def body(text: str) -> str:
    """The SQL of a value written as '= …'.

    >>> body("= lower(name)")
    'lower(name)'
    """
    return text[1:].strip()


def parse(text: str, *, aggregates: bool = False) -> exp.Expr:
    """One SQL expression (DuckDB's dialect) as a tree that holds allowed nodes only.

    A division by zero gives NULL: each divisor is wrapped in NULLIF. With `aggregates` the
    expression may sum over the lines of a group. Raises ExpressionError with one line.
    """
    _screen(text, aggregates=aggregates)
    try:
        tree = sqlglot.parse_one(text, read="duckdb", into=exp.Condition)
        _inspect(tree, aggregates=aggregates)
        _refuse_growth(tree)
        to_sql(tree)
    except ExpressionError:
        raise
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None
    except Exception as error:  # on some nonsense, such as '{:}', sqlglot itself breaks down
        raise ExpressionError(_plain_error(error, text)) from None
    return _divided_safely(tree)


def to_sql(expression: exp.Expr) -> str:
    """The expression in DuckDB's SQL.

    >>> to_sql(parse("a / b"))
    'a / NULLIF(b, 0)'
    """
    return expression.sql(dialect="duckdb")


def columns_of(expression: exp.Expr) -> tuple[tuple[str | None, str], ...]:
    """The columns an expression reads, each once, as (alias or None, name).

    >>> columns_of(parse("lower(o.state) = town"))
    (('o', 'state'), (None, 'town'))
    """
    columns = expression.find_all(exp.Column, bfs=False)
    return tuple(dict.fromkeys((column.table or None, column.name) for column in columns))


def _screen(text: str, *, aggregates: bool) -> None:
    """Refuse what the tokens alone give away; function names are judged as they were written."""
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {LONGEST}")
    if text.startswith("="):
        raise ExpressionError("an expression stands here already; leave out the leading '='")
    if any(ord(letter) < 32 and not letter.isspace() for letter in text):
        raise ExpressionError("the expression holds a control character")
    try:
        tokens = sqlglot.tokenize(text, read="duckdb")
    except SqlglotError as error:
        raise ExpressionError(_plain_error(error, text)) from None
    if not tokens:
        raise ExpressionError("the expression is empty")
    _screen_depth(tokens)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        _screen_token(token, following, aggregates=aggregates)


def _screen_depth(tokens: Sequence[Token]) -> None:
    opening, closing = (TokenType.L_PAREN, TokenType.CASE), (TokenType.R_PAREN, TokenType.END)
    steps = ((t.token_type in opening) - (t.token_type in closing) for t in tokens)
    if max(accumulate(steps)) > DEEPEST:
        raise ExpressionError(f"the expression is nested too deeply; at most {DEEPEST} levels")


def _screen_token(token: Token, following: Token | None, *, aggregates: bool) -> None:
    if token.comments:
        raise ExpressionError("a comment is not allowed in an expression; YAML's own '#' is")
    if token.token_type is TokenType.SEMICOLON:
        raise ExpressionError("';' is not allowed; write one expression")
    if token.token_type in (TokenType.PARAMETER, TokenType.PLACEHOLDER):
        raise ExpressionError("a parameter is not allowed; write the value itself")
    if token.token_type is TokenType.SELECT:
        raise ExpressionError(_NO_QUERY)
    if token.token_type is TokenType.VAR and token.text.lower() == "if":
        raise ExpressionError("IF is not allowed; use CASE WHEN … THEN … ELSE … END")
    if following and following.token_type is TokenType.L_PAREN and _is_word(token):
        _screen_function(token.text.lower(), aggregates=aggregates)


def _is_word(token: Token) -> bool:
    return token.token_type is not TokenType.STRING and token.text[:1].isidentifier()


def _screen_function(name: str, *, aggregates: bool) -> None:
    if name in AGGREGATES and not aggregates:
        raise ExpressionError(f"{name}() adds up rows, and this expression sees one; see 'group'")
    if name not in ROW_FUNCTIONS and name not in AGGREGATES and name not in _SYNTAX:
        known = ROW_FUNCTIONS | AGGREGATES if aggregates else ROW_FUNCTIONS
        raise ExpressionError(f"function {name}() is unknown or not allowed{hint(name, known)}")


def _inspect(tree: exp.Expr, *, aggregates: bool) -> None:
    allowed = _GROUP_NODES if aggregates else _ROW_NODES
    for node in tree.walk():
        _inspect_shape(node)
        if type(node) not in allowed and not _counts_rows(node):
            raise ExpressionError(_refusal(node))
        if isinstance(node, _AGGREGATE_NODES):
            _inspect_aggregate(node)


def _counts_rows(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)


def _refusal(node: exp.Expr) -> str:
    for kind, sentence in _SENTENCES:
        if isinstance(node, kind):
            return sentence
    return f"{_shown(to_sql(node))} is not allowed in an expression"


def _inspect_shape(node: exp.Expr) -> None:
    """Allowed nodes in shapes that are not."""
    match node:
        case exp.Star() if not _counts_rows(node):
            raise ExpressionError("'*' is not allowed but in count(*); name the column")
        case exp.Column() if node.args.get("db"):
            raise ExpressionError(f"{_shown(to_sql(node))}: write column or alias.column")
        case exp.Distinct() if not isinstance(node.parent, exp.Count):
            raise ExpressionError("DISTINCT stands in count(DISTINCT one_column) only")
        case exp.Cast() if node.args.get("format"):
            raise ExpressionError("FORMAT in a cast is not allowed; use strptime()")
        case exp.In() if not node.expressions:
            raise ExpressionError("IN takes a list of values, such as (1, 2)")
        case exp.DataType() if node.this not in _TYPE_NODES or node.args.get("nested"):
            name = to_sql(node).lower()
            raise ExpressionError(f"type {_shown(name)} is not allowed{hint(name, TYPES)}")
        case exp.Anonymous() if node.name.lower() not in ROW_FUNCTIONS:
            raise ExpressionError(f"function {node.name.lower()}() is not allowed")
        case exp.DateTrunc() | exp.TimestampTrunc() | exp.DateDiff() | exp.Interval():
            _inspect_unit(node.text("unit"), UNITS)
        case exp.Extract():
            _inspect_unit(node.name, _PARTS)
        case exp.Anonymous() if node.name.lower() == "date_part":
            _inspect_unit(node.expressions[0].name if node.expressions else "", _PARTS)


def _inspect_unit(written: str, known: tuple[str, ...]) -> None:
    unit = written.lower()
    if not unit:
        raise ExpressionError("state one number and one unit, such as INTERVAL 3 DAY")
    if unit not in known and unit.removesuffix("s") not in known:
        raise ExpressionError(f"unit {_shown(unit)} is unknown{hint(unit, known)}")


def _refuse_growth(tree: exp.Expr) -> None:
    why = excess(tree)
    if why:
        raise ExpressionError(why)


def _inspect_aggregate(node: exp.Expr) -> None:
    if any(isinstance(inner, _AGGREGATE_NODES) for inner in node.walk() if inner is not node):
        raise ExpressionError("an aggregate inside an aggregate is not allowed")
    needed = 2 if isinstance(node, (exp.ArgMax, exp.ArgMin)) else 1
    given = [value for key, value in node.args.items() if value and key != "big_int"]
    if len(given) != needed or node.expressions:
        count = "two values" if needed == 2 else "one value"
        raise ExpressionError(f"{_shown(to_sql(node))}: this function takes {count}")
    if isinstance(node.this, exp.Distinct) and len(node.this.expressions) != 1:
        raise ExpressionError("DISTINCT stands in count(DISTINCT one_column) only")


def _divided_safely(tree: exp.Expr) -> exp.Expr:
    for node in list(tree.find_all(exp.Div, exp.IntDiv, exp.Mod)):
        if not _is_safe(node.expression):
            zero = exp.Literal.number(0)
            node.set("expression", exp.Nullif(this=node.expression, expression=zero))
    return tree


def _is_safe(divisor: exp.Expr) -> bool:
    if isinstance(divisor, exp.Nullif):
        return bool(divisor.expression == exp.Literal.number(0))
    return isinstance(divisor, exp.Literal) and divisor.is_number and float(divisor.name) != 0


def _plain_error(error: Exception, text: str) -> str:
    """sqlglot's message without its colours and line breaks."""
    details = getattr(error, "errors", None) or [{}]
    near = str(details[0].get("highlight") or "").strip()
    place = f" near {_shown(near)}" if near else ""
    return f"{_shown(text)} is not an expression{place}"


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return f"'{flat[:57]}…'" if len(flat) > 58 else f"'{flat}'"
