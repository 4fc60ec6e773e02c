"""How the rows behind a number are found: by the conditions by which the number itself was added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.answer import sheet_of
from milepost.engine.mapping.account import EXPOSED
from milepost.engine.query import Sheet, conditions, fact_of, filled, parsed
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError, UnknownName
from milepost.insight.behind import Behind, Rows, Value, Within
from milepost.metrics.estimators import Quantile
from milepost.plan.calendar import Span

# What the engine keeps beside a row's own columns, and what says where the row is already.
_OWN = frozenset(("bucket", "unit", "since", "until", "level", "weight"))
# Columns that people look for first.
_FIRST = (
    "day",
    "customer_id",
    "account_id",
    "question",
    "score",
    "answer",
    "comment",
    "channel",
    "locale",
)
# What is told of an employee's answer: by its day, its department or its id it could be told whose it is.
_TOLD_OF_EMPLOYEES = frozenset(
    ("question", "question_type", "scale", "good", "score", "answer", "comment", "locale", "audience", "kind")
)  # fmt: skip
_ORDERS = {"worst": "score ASC, day DESC", "best": "score DESC, day DESC", "latest": "day DESC"}


def rows_behind(reader: Reader, asked: Behind) -> Rows:
    """The rows behind a number, unless they are of so few people that none may be shown."""
    sheet = _sheet(reader, asked)
    rows = sql.select("*").from_(fact_of(sheet))
    for condition in (*conditions(sheet), *_level(sheet, asked)):
        rows = rows.where(condition)
    inside = rows.subquery("inside")
    answers = sheet.metric.fact == "responses"
    count, people, exposed = _counted(reader, inside, answers=answers)
    if exposed and people < reader.project.plan.privacy.min_group:
        return Rows((), (), 0, 0, hidden=True)
    # Of a group that may be shown, every part may.
    if asked.within:
        inside = _narrowed(inside, _inside(sheet, asked.within))
    if asked.said:
        inside = _commented(reader, inside)
    if asked.within or asked.said:
        count, people, _ = _counted(reader, inside, answers=answers)
    return _listed(reader, inside, asked, count=count, people=people, answers=answers)


def _sheet(reader: Reader, asked: Behind) -> Sheet:
    metric = reader.project.metrics.get(asked.metric)
    if metric is None:
        raise UnknownName("metric", asked.metric, reader.project.metrics)
    if not reader.has(metric):
        raise QuestionError(f"no source brings what '{metric.name}' is made of")
    span = Span(asked.since, asked.until, "all")
    question = Question(touchpoint=asked.touchpoint, where=asked.where)
    sheet = sheet_of(reader, metric, question, (span,))
    whole = asked.touchpoint is None and not (metric.survey or metric.at_touchpoints)
    return replace(sheet, levels=not whole)


def _level(sheet: Sheet, asked: Behind) -> list[sql.Tree]:
    """Answers of no touchpoint are the company's own."""
    if asked.touchpoint is None and sheet.metric.survey:
        return [sql.sql("touchpoint IS NULL")]
    return []


def _counted(reader: Reader, inside: sql.Tree, *, answers: bool) -> tuple[int, int, int]:
    """Rows, distinct people, and rows that may be shown in groups only."""
    query = sql.select(
        sql.sql("count(*)"), sql.sql("count(DISTINCT unit)"), sql.sql(EXPOSED if answers else "0")
    )
    count, people, exposed = reader.rows(query.from_(inside))[0]
    return int(count), int(people), int(exposed)


def _commented(reader: Reader, inside: exp.Subquery) -> exp.Subquery:
    if "comment" not in _names(reader, inside):
        raise QuestionError("there are no comments behind this number: it is not of answers")
    return _narrowed(inside, sql.sql("trim(coalesce(comment, '')) <> ''"))


def _inside(sheet: Sheet, within: Within) -> sql.Tree:
    """The condition that a row is of a bar. Raises QuestionError where the metric has none."""
    metric = sheet.metric
    if isinstance(metric.estimator, Quantile):
        value = filled(parsed(metric.estimator.of), sheet)
    elif metric.survey:
        value = sql.column("score")
    else:
        raise QuestionError(f"'{metric.name}' is not of values that could be told apart by size")
    least, most = sql.number(within.least), sql.number(within.most)
    return sql.sql("(:v > :least AND :v <= :most) OR :v = :most", v=value, least=least, most=most)


def _narrowed(inside: exp.Subquery, condition: sql.Tree) -> exp.Subquery:
    return sql.select("*").from_(inside).where(condition).subquery("inside")


def _listed(
    reader: Reader, inside: exp.Subquery, asked: Behind, *, count: int, people: int, answers: bool
) -> Rows:
    names = [
        name for name in _names(reader, inside) if not name.startswith("_") and name not in _OWN
    ]
    shown = sorted(names, key=lambda n: _FIRST.index(n) if n in _FIRST else len(_FIRST))
    columns = [_column(name, answers=answers) for name in shown]
    order = _ORDERS[asked.order if "score" in names else "latest"]
    query = sql.select(*columns).from_(inside)
    query = query.order_by(*(_ordered(key) for key in order.split(", ")), sql.sql("hash(inside)"))
    if asked.limit:
        query = query.limit(asked.limit).offset(asked.skip)
    zone = ZoneInfo(reader.project.plan.company.timezone)
    # By way of Arrow: DuckDB's own rows want another library for times with a zone.
    table = reader.con.sql(sql.render(query)).to_arrow_table()
    values = [[_plain(value, zone) for value in column.to_pylist()] for column in table.columns]
    return Rows(tuple(shown), tuple(zip(*values, strict=True)), count, people)


def _ordered(key: str) -> sql.Tree:
    name, _, way = key.partition(" ")
    return exp.Ordered(this=sql.column(name), desc=way == "DESC", nulls_first=False)


def _column(name: str, *, answers: bool) -> sql.Tree:
    """A column; whose an employee's answer is, nobody is shown or can work out."""
    if answers and name not in _TOLD_OF_EMPLOYEES:
        own = sql.sql("CASE WHEN audience = 'employee' THEN NULL ELSE :c END", c=sql.column(name))
        return sql.named(own, name)
    return sql.column(name)


def _names(reader: Reader, inside: exp.Subquery) -> list[str]:
    probe = sql.select("*").from_(inside).limit(0)
    return list(reader.con.sql(sql.render(probe)).columns)


def _plain(value: object, zone: ZoneInfo) -> Value:
    """A value as a page shows it; times are those of the company's zone."""
    if isinstance(value, datetime):
        local = value.astimezone(zone) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M")
    if value is None or isinstance(value, str | float | int | bool | date):
        return value
    if isinstance(value, Decimal):
        return float(value)
    return str(value)
