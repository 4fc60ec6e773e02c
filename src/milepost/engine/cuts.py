"""What may be asked of a fact: its segments, a condition on its rows, and one of its touchpoints."""

from __future__ import annotations

import duckdb

from milepost.engine import sql
from milepost.engine.database import said
from milepost.engine.query import made_by
from milepost.engine.question import Question
from milepost.engine.reader import PASSINGS, Reader
from milepost.engine.sql import Tree
from milepost.errors import QuestionError, UnknownName
from milepost.metrics.definition import Metric
from milepost.plan import expressions
from milepost.plan.facts import segments_of, stored


def segments(reader: Reader, fact: str) -> list[str]:
    """The names by which a fact's rows can be cut: attributes and some shared text columns."""
    shared = set(segments_of(fact))
    return sorted((attributes(reader, fact) | shared) & set(reader.columns[fact]))


def attributes(reader: Reader, fact: str) -> set[str]:
    """The attributes that sources give a fact's rows; a passing has those of any fact."""
    sources = [s for s in reader.project.plan.sources if fact == PASSINGS or s.fact == fact]
    return {name for source in sources for name in source.attributes}


def hidden(reader: Reader, metric: Metric) -> tuple[str, ...]:
    """The sources' own columns whose names the metric's derived fact takes for what it makes."""
    if metric.derived is None:
        return ()
    made, shape = made_by(metric.derived), reader.project.facts.get(metric.fact)
    usual = stored(shape) if shape else {}
    return tuple(
        name for name in reader.columns[metric.fact] if name.lower() in made and name not in usual
    )


def check(reader: Reader, metric: Metric, question: Question) -> None:
    """Whether the question can be asked of the metric's fact. Raises QuestionError."""
    check_touchpoint(reader, question)
    known = segments(reader, metric.fact)
    if metric.derived:
        # What tells a unit's rows apart cannot cut the units.
        known = [name for name in known if name != "question"]
    for name in question.by:
        if name == "touchpoint":
            raise QuestionError(
                "touchpoints are never added up, so each has a number of its own already:"
                " leave out --by touchpoint"
            )
        if name == metric.split:
            raise QuestionError(
                f"'{metric.name}' is a share of each {name} already: leave out --by {name}"
            )
        if name not in known:
            raise UnknownName("segment", name, known)
        if name in hidden(reader, metric):
            raise _taken(metric, name)
    if question.pooled and metric.at_touchpoints:
        raise QuestionError(
            f"'{metric.name}' is of those who passed a touchpoint, never of all: leave out --pooled"
        )
    if question.pooled:
        _check_pooled(reader, metric)


def _taken(metric: Metric, name: str) -> QuestionError:
    return QuestionError(
        f"'{metric.name}' makes a column '{name}' itself, and cannot be asked of the sources' own:"
        " give that another name in the plan"
    )


def check_touchpoint(reader: Reader, question: Question) -> None:
    """Whether the question's touchpoint is one of the plan's. Raises UnknownName."""
    if question.touchpoint is None:
        return
    if question.pooled:
        raise QuestionError("--pooled adds up all touchpoints: leave out --touchpoint")
    if reader.project.touchpoint(question.touchpoint) is None:
        names = [point.name for point in reader.project.plan.touchpoints]
        raise UnknownName("touchpoint", question.touchpoint, names)


def _check_pooled(reader: Reader, metric: Metric) -> None:
    kind = metric.question_type
    asked = reader.project.asked(kind) if kind else set()
    if len(asked) > 1:
        scales = ", ".join(sorted(f"{s[0]}-{s[1]} (good is {g})" for s, g in asked if s))
        raise QuestionError(
            f"'{metric.name}' cannot be pooled: it is asked on different scales, {scales}"
        )


def condition_on(reader: Reader, metric: Metric, where: str) -> Tree:
    """The condition of a question on what a metric is made of. Raises QuestionError."""
    tree = condition(reader, metric.fact, where)
    for _, name in expressions.columns_of(tree):
        if name in hidden(reader, metric):
            raise _taken(metric, name)
    return tree


def can(reader: Reader, metric: Metric, where: str) -> bool:
    """Whether what a metric is made of has the columns of a condition."""
    if metric.fact not in reader.columns:
        return False
    names = {name for _, name in expressions.columns_of(expressions.parse(where))}
    return names <= set(reader.columns[metric.fact]) - set(hidden(reader, metric))


def condition(reader: Reader, fact: str, where: str) -> Tree:
    """The condition of a question as a tree. Raises QuestionError."""
    tree = expressions.parse(where)
    columns = [name for name in reader.columns[fact] if not name.startswith("_")]
    for alias, name in expressions.columns_of(tree):
        if alias or name not in columns:
            raise UnknownName("column", f"{alias}.{name}" if alias else name, columns)
    probe = sql.select(sql.named(tree, "met")).from_(sql.table(fact))
    try:
        made = str(reader.con.sql(sql.render(probe)).types[0])
    except duckdb.Error as error:
        raise refused(where, error) from None
    if made != "BOOLEAN":
        raise QuestionError(
            f"where '{where}' is not a condition, but {made}; write one such as country = 'DK'"
        )
    return tree


def refused(where: str, error: duckdb.Error) -> QuestionError:
    """What the engine has against a condition, in one line."""
    return QuestionError(f"where '{where}' cannot be computed: {said(error)}")
