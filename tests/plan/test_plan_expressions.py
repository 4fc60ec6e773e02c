"""Expressions: each allowed function computes what it says and is rendered without a change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.plan.expressions import (
    AGGREGATES,
    ROW_FUNCTIONS,
    ExpressionError,
    body,
    columns_of,
    is_expression,
    parse,
    to_sql,
)

ROWS = """
    (VALUES
        (7, 2.5::DOUBLE, 'A-b-c', DATE '2017-05-07', TIMESTAMP '2017-05-07 10:11:12', true),
        (-3, -0.5::DOUBLE, ' x_%y ', DATE '2016-02-29', TIMESTAMP '2016-12-31 23:59:59', false),
        (0, 1e6::DOUBLE, '', DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', NULL),
        (NULL, NULL, NULL, NULL, NULL, true)
    ) AS t(n, x, s, d, ts, b)
"""
MAY = "TIMESTAMP '2017-05-07 10:11:12'"

# The function, an expression that calls it, and what it gives.
CASES = [
    ("abs", "abs(-3)", 3),
    ("ceil", "ceil(2.1)", 3),
    ("exp", "exp(0)", 1.0),
    ("floor", "floor(-2.1)", -3),
    ("greatest", "greatest(1, NULL, 3)", 3),
    ("least", "least(2, 1)", 1),
    ("ln", "ln(1)", 0.0),
    ("log", "log(100)", 2.0),
    ("mod", "mod(-7, 3)", -1),
    ("power", "power(2, 10)", 1024.0),
    ("round", "round(2.567, 1)", 2.6),
    ("sign", "sign(-0.5)", -1),
    ("sqrt", "sqrt(16)", 4.0),
    ("concat", "concat('a', NULL, 'b')", "ab"),
    ("contains", "contains('survey', 'rve')", True),
    ("ends_with", "ends_with('survey', 'ey')", True),
    ("left", "left('survey', 3)", "sur"),
    ("length", "length('æøå')", 3),
    ("lower", "lower('ÆB')", "æb"),
    ("lpad", "lpad('7', 3, '0')", "007"),
    ("ltrim", "ltrim('  a ')", "a "),
    ("md5", "md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
    ("regexp_extract", "regexp_extract('gate B12', '([A-Z])([0-9]+)', 2)", "12"),
    ("regexp_matches", "regexp_matches('gate B12', '[0-9]{2}$')", True),
    ("regexp_replace", "regexp_replace('a-b-c', '-', '+', 'g')", "a+b+c"),
    ("replace", "replace('a-b-c', '-', '')", "abc"),
    ("right", "right('survey', 2)", "ey"),
    ("rtrim", "rtrim('a  ')", "a"),
    ("split_part", "split_part('a-b-c', '-', 2)", "b"),
    ("starts_with", "starts_with('survey', 'sur')", True),
    ("strpos", "strpos('survey', 'v')", 4),
    ("substr", "substr('survey', 2, 3)", "urv"),
    ("substring", "substring('survey', 4)", "vey"),
    ("trim", "trim('  a ')", "a"),
    ("upper", "upper('b')", "B"),
    ("date_add", "date_add(DATE '2017-05-07', INTERVAL 3 DAY)", datetime(2017, 5, 10)),  # noqa: DTZ001 -- the engine's moments have no zone
    ("date_diff", "date_diff('month', DATE '2017-01-31', DATE '2017-02-01')", 1),
    ("date_part", "date_part('dow', DATE '2017-05-07')", 0),
    ("date_trunc", "date_trunc('month', DATE '2017-05-07')::DATE", date(2017, 5, 1)),
    ("day", "day(DATE '2017-05-07')", 7),
    ("dayofweek", "dayofweek(DATE '2017-05-07')", 0),
    ("dayofyear", "dayofyear(DATE '2017-02-01')", 32),
    ("epoch", "epoch(TIMESTAMP '1970-01-02 00:00:00')", 86400.0),
    ("extract", "extract(isodow FROM DATE '2017-05-07')", 7),
    ("hour", f"hour({MAY})", 10),
    ("isodow", "isodow(DATE '2017-05-07')", 7),
    ("last_day", "last_day(DATE '2016-02-03')", date(2016, 2, 29)),
    ("make_date", "make_date(2017, 5, '7'::INT)", date(2017, 5, 7)),
    ("make_timestamp", "make_timestamp(2017, 5, 7, 10, 11, 12)", datetime(2017, 5, 7, 10, 11, 12)),  # noqa: DTZ001 -- the engine's moments have no zone
    ("minute", f"minute({MAY})", 11),
    ("month", "month(DATE '2017-05-07')", 5),
    ("quarter", "quarter(DATE '2017-05-07')", 2),
    ("second", f"second({MAY})", 12),
    ("strftime", f"strftime({MAY}, '%-d.%-m.%y %H:%M %j %A')", "7.5.17 10:11 127 Sunday"),
    ("strptime", "strptime('5/7/17 1:02 PM', '%-m/%-d/%y %-I:%M %p')", datetime(2017, 5, 7, 13, 2)),  # noqa: DTZ001 -- the engine's moments have no zone
    ("to_days", "to_days(2)", timedelta(days=2)),
    ("to_hours", "to_hours(2)", timedelta(hours=2)),
    ("to_minutes", "to_minutes(2)", timedelta(minutes=2)),
    ("to_seconds", "to_seconds(2)", timedelta(seconds=2)),
    ("try_strptime", "try_strptime('31.02.2017', '%d.%m.%Y')", None),
    ("week", "week(DATE '2017-01-01')", 52),
    ("year", "year(DATE '2017-05-07')", 2017),
    ("coalesce", "coalesce(NULL, 2)", 2),
    ("nullif", "nullif(2, 2)", None),
]
SUMS = [
    ("any_value", "any_value(n)", 7),
    ("arg_max", "arg_max(s, x)", ""),
    ("arg_min", "arg_min(s, x)", " x_%y "),
    ("avg", "avg(n)", 4 / 3),
    ("bool_and", "bool_and(b)", False),
    ("bool_or", "bool_or(n > 5)", True),
    ("count", "count(*)", 4),
    ("count", "count(DISTINCT b)", 2),
    ("count", "count(n) FILTER (WHERE n > 0)", 1),
    ("max", "max(d)", date(2020, 1, 1)),
    ("min", "min(n)", -3),
    ("sum", "sum(n * 2) / count(n)", 8 / 3),
]
# Beyond the functions: what an expression is made of. Divisors are never zero here.
SHAPES = """
    n + 1 | n - 2 * 3 | (n - 2) * 3 | n - (2 - 3) | -n | - -n | 5 - -3 | n / 2 | n // 2 | n % 2 | 7 / 2 // 2
    n = 7 | n <> 7 | n != 7 | n < 7 | n <= 7 | n > 7 | n >= 7 | n == 7
    n = 7 AND NOT b OR b | NOT (n = 7 OR b) | n IN (1, 7) | n NOT IN (1, 7) | s IN ('', NULL)
    n BETWEEN 0 AND 7 | n NOT BETWEEN 0 AND 7 AND b | n IS NULL | n IS NOT NULL | b IS TRUE | b IS NOT FALSE
    n IS DISTINCT FROM NULL | n IS NOT DISTINCT FROM 7 | s LIKE 'A%' | s ILIKE 'a%' | s NOT LIKE '%b%'
    s LIKE '%x!_!%%' ESCAPE '!' | CASE WHEN n > 0 THEN 'up' WHEN n < 0 THEN 'down' END
    CASE n WHEN 7 THEN 'seven' ELSE s END | n::VARCHAR | CAST(x AS INT) | TRY_CAST(s AS INT) | x::DECIMAL(12, 1)
    d::TIMESTAMP | ts::DATE | '2017-05-07'::DATE + 1 | DATE '2017-05-07' - d | d + INTERVAL 1 MONTH
    d - INTERVAL '2' WEEK | d + INTERVAL (n) DAY | ts - TIMESTAMP '2017-01-01' | '10:11'::TIME | 1e3 | 0.5 | 'it''s'
    "n" + t.n | t."s" | date_trunc('week', d) | date_trunc('hour', ts) | extract(year FROM d) | extract(week FROM d)
    extract(dow FROM d) | extract(epoch FROM ts) | date_part('doy', d) | date_part('isoyear', d)
    date_diff('week', d, ts::DATE) | date_diff('year', d, DATE '2017-12-31') | date_diff('quarter', d, DATE '2017-12-31')
    regexp_matches(s, '^a', 'i') | regexp_extract(s, '(.)-(.)') | regexp_replace(s, '-', '\\\\') | strpos(s, '')
    left(s, -1) | right(s, -1) | substr(s, -2) | substr(s, 0, 2) | trim(s, 'A') | ltrim(s, ' x') | round(x) | round(n, -1)
    sqrt(abs(x)) | mod(n + 1, 2 + 1) | power(n, 2) | greatest(n, x) | nullif(s, '') | coalesce(s, 'none')
    strftime(d, '%Y-W%V') | strftime(ts, '%G-%V-%u %f %%') | strptime('2017', '%Y') | md5(s) | TRUE | NULL | b
    week(d) | make_timestamp(2017, 5, 7, 1, 2, 3.5) | concat(s, n, b) | '1'::BOOLEAN | 5::SMALLINT + 1::HUGEINT | x::REAL
"""
LISTED = [part.strip() for line in SHAPES.strip().splitlines() for part in line.split(" | ")]


def _value(sql: str) -> object:
    return duckdb.execute(f"SELECT {sql}").fetchone()[0]


def _rows(sql: str) -> list[tuple[object, ...]]:
    return duckdb.execute(f"SELECT {sql} AS v, typeof(v) FROM {ROWS}").fetchall()


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_each_function_computes(name, text, expected):
    assert text.lower().startswith(f"{name}(")
    value = _value(to_sql(parse(text)))
    assert value == expected or abs(float(value) - expected) < 1e-12


@pytest.mark.parametrize(("name", "text", "expected"), SUMS)
def test_each_aggregate_computes_over_a_group(name, text, expected):
    sql = to_sql(parse(text, aggregates=True))
    value = duckdb.execute(f"SELECT {sql} FROM {ROWS}").fetchone()[0]
    assert value == pytest.approx(expected)
    with pytest.raises(ExpressionError, match="see 'group'"):
        parse(text)


def test_no_allowed_function_is_without_a_case():
    assert {name for name, *_ in CASES} == set(ROW_FUNCTIONS)
    assert {name for name, *_ in SUMS} == set(AGGREGATES)


@pytest.mark.parametrize("text", [*LISTED, *(text for _, text, _ in CASES)])
def test_what_is_rendered_means_what_was_written(text):
    assert repr(_rows(to_sql(parse(text)))) == repr(_rows(text))


@pytest.mark.parametrize("text", [*LISTED, *(text for _, text, _ in CASES)])
def test_rendering_is_stable(text):
    once = to_sql(parse(text))
    assert to_sql(parse(once)) == once


@pytest.mark.parametrize("text", ["n / 0", "n // 0", "n % 0", "n / (n - n)", "n % (x - x)"])
def test_a_division_by_zero_gives_nothing(text):
    assert {value for value, _ in _rows(to_sql(parse(text)))} == {None}


REFUSED = [
    ("", "is empty"),
    ("  ", "is empty"),
    ("a, b", "not an expression near ','"),
    ("a b c", "not an expression near 'b'"),
    ("a b", "not an expression near 'b'"),
    ("a AS b", "not an expression near 'AS'"),
    ("a +", "not an expression"),
    ("(a", "not an expression"),
    ("'a", "not an expression"),
    ("= a", "leave out the leading '='"),
    ("a; DROP TABLE b", "';' is not allowed"),
    ("a -- b", "a comment"),
    ("a /* b */", "a comment"),
    ("(SELECT 1)", "a query inside"),
    ("SELECT 1", "a query inside"),
    ("a UNION SELECT 1", "a query inside"),
    ("FROM t", "not an expression near 'FROM'"),
    ("if(a, b, c)", "use CASE WHEN"),
    ("if a", "use CASE WHEN"),
    ("EXISTS (SELECT 1)", "a query inside"),
    ("a IN (SELECT 1)", "a query inside"),
    ("a IN b", "IN takes a list of values"),
    ("a = ANY (b)", "not allowed"),
    ("row_number() OVER ()", "row_number() is unknown or not allowed"),
    ("lower(a) OVER ()", "a window"),
    ("*", "'*' is not allowed"),
    ("t.*", "'*' is not allowed"),
    ("COLUMNS(*)", "columns() is unknown or not allowed"),
    ("?", "a parameter"),
    ("$1", "a parameter"),
    (":day", "a parameter"),
    ("@a", "a parameter"),
    ("lowr(a)", "did you mean 'lower'?"),
    ("sun(a)", "sun() is unknown or not allowed"),
    ("read_text('/etc/passwd')", "read_text() is unknown or not allowed"),
    ("\"read_text\"('/etc/passwd')", "read_text() is unknown or not allowed"),
    ("a.read_text('x')", "read_text() is unknown or not allowed"),
    ("getenv('HOME')", "getenv() is unknown or not allowed"),
    ("query('SELECT 1')", "query() is unknown or not allowed"),
    ("now()", "now() is unknown or not allowed"),
    ("random()", "random() is unknown or not allowed"),
    ("current_date", "not allowed"),
    ("current_timestamp", "not allowed"),
    ("nextval('x')", "nextval() is unknown or not allowed"),
    ("a::JSON", "type 'json' is not allowed"),
    ("a::INT[]", "type 'int[]' is not allowed"),
    ("CAST(a AS STRUCT(b INT))", "not allowed"),
    ("CAST(a AS INT FORMAT 'x')", "use strptime()"),
    ("[1, 2]", "not allowed"),
    ("{'a': 1}", "not allowed"),
    ("a[1]", "not allowed"),
    ("a.b.c", "write column or alias.column"),
    ("a -> b", "not allowed"),
    ("(a, b)", "not allowed"),
    ("a COLLATE nocase", "not allowed"),
    ("a AT TIME ZONE 'UTC'", "not allowed"),
    ("#1", "not allowed"),
    ("$$a$$", "not allowed"),
    ("a & 1", "not allowed"),
    ("date_trunc('decade', a)", "unit 'decade' is unknown"),
    ("date_trunc(a, b)", "unit 'a' is unknown"),
    ("date_part(a, b)", "unit 'a' is unknown"),
    ("INTERVAL '1 day 2 hours'", "state one number and one unit"),
    ("lower(DISTINCT a)", "DISTINCT stands in count"),
    ("lower()", "not an expression"),
    ("lower(a, b)", "not an expression"),
    ("a\x00b", "a control character"),
    ("a" * 10_001, "at most 10000"),
    ("(" * 300 + "a" + ")" * 300, "nested too deeply; at most"),
    ("CASE WHEN a THEN " * 60 + "b" + " END" * 60, "nested too deeply; at most"),
    ("lpad('a', 1500000000, 'x')", "lpad(): write the length as a number of at most 10,000"),
    ("lpad(a, n, 'x')", "write the length as a number"),
    ("lpad(a, 1e9, 'x')", "write the length as a number"),
    ("length(concat(lpad(a, 700000000, 'x'), a))", "write the length as a number"),
    ("replace(a, 'b', c)", "replace(): write what is put in as a text of at most 100 characters"),
    (f"replace(a, 'b', '{'x' * 101}')", "write what is put in as a text of at most 100"),
    ("regexp_replace(a, '.', lower(b), 'g')", "regexp_replace(): write what is put in"),
    ("replace(replace(a, 'b', 'cccccccccccc'), 'c', 'dddddddddd')", "a text 120 times as long"),
    (" || ".join(["a"] * 101), "a text 101 times as long"),
    ("concat(" + ", ".join(["regexp_replace(a, '.', 'bb')"] * 51) + ")", "102 times"),
    ("strftime(a, strftime(b, '%c'))", "a text 256 times as long"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
@pytest.mark.parametrize("aggregates", [False, True])
def test_what_is_refused_and_why(text, reason, aggregates):
    with pytest.raises(ExpressionError) as caught:
        parse(text, aggregates=aggregates)
    message = str(caught.value)
    assert reason in message or (aggregates and "sum" in message)
    assert "\n" not in message


@pytest.mark.parametrize(
    "text",
    ["sum(count(*))", "min(a, 2)", "arg_min(a)", "arg_min(a, b, 2)", "count()", "sum(DISTINCT a)",
     "count(DISTINCT a, b)", "sum(a) OVER ()", "sum(a ORDER BY b)", "count(a, b)", "sum(*)"],
)  # fmt: skip
def test_aggregates_that_are_refused_even_in_a_group(text):
    with pytest.raises(ExpressionError):
        parse(text, aggregates=True)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="abn()'\"*,.;=<>-/ 01[]{}:|", max_size=60))
def test_random_text_is_refused_in_one_line_or_rendered(text):
    assert "\n" not in _answer(text)


def _answer(text: str) -> str:
    try:
        return " ".join(to_sql(parse(text, aggregates=True)).split())
    except ExpressionError as error:
        return str(error)


@pytest.mark.parametrize(
    "text",
    ["lpad(a, 10000, 'x')", "replace(replace(replace(a, '(', ''), ')', ''), ' ', '-')",
     "regexp_replace(a, '(..)(..)', '\\2-\\1', 'g')", " || ".join(["a"] * 100),
     " OR ".join(["a = 1"] * 600), "(" * 40 + "a" + ")" * 40],
)  # fmt: skip
def test_what_grows_within_bounds_is_allowed(text):
    parse(text)


def test_columns_are_found_once_with_their_aliases():
    tree = parse("""CASE WHEN o.sent > o.due THEN "unit price" * n ELSE n END""")
    assert columns_of(tree) == (("o", "sent"), ("o", "due"), (None, "unit price"), (None, "n"))
    assert columns_of(parse("'tv'")) == ()


def test_a_plans_value_is_a_column_or_an_expression():
    assert is_expression("= a + 1")
    assert not is_expression("a")
    assert body("= a + 1") == body("=a + 1") == "a + 1"
