"""Answers that come ready made, each with its question's type, scale and good end: which are none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.lines import struct_bad
from milepost.engine.sql import Tree
from milepost.plan.questions import QUESTION_TYPES, QuestionType

_SCALE = "^(-?\\d+)-(-?\\d+)$"
_ENDS = "CAST(nullif(regexp_extract(scale, :form, :end), '') AS DOUBLE)"


def misfits() -> list[tuple[Tree, Tree]]:
    """What makes an answer none, as conditions on its columns, each with the remark that rejects it.

    The rules are those by which a file's answers are read.
    """
    types = [kind for kind in QUESTION_TYPES if kind.value == "score"]
    scored, scaled = _is(types), _is([kind for kind in types if kind.scaled])
    whole, known = _is([kind for kind in types if kind.whole]), _is(QUESTION_TYPES)
    low, high = (sql.sql(_ENDS, form=sql.text(_SCALE), end=sql.number(end)) for end in (1, 2))
    return [
        _misfit("question_type", sql.sql("NOT :known", known=known), "is no type of question"),
        _misfit("score", sql.sql(":s AND score IS NULL", s=scored), "blank"),
        _misfit("answer", sql.sql("NOT :s AND answer IS NULL", s=scored), "blank"),
        _misfit("scale", sql.sql(":s AND :l IS NULL", s=scaled, l=low), "is no scale such as 0-10"),
        _misfit(
            "score",
            sql.sql(":s AND (score < :l OR score > :h)", s=scaled, l=low, h=high),
            "not on its scale",
        ),
        _misfit("score", sql.sql(":w AND score <> floor(score)", w=whole), "not a whole number"),
    ]


def _is(types: Iterable[QuestionType]) -> Tree:
    return sql.one_of(sql.column("question_type"), [kind.name for kind in types])


def _misfit(column: str, condition: Tree, reason: str) -> tuple[Tree, Tree]:
    shown: Tree = exp.null() if reason == "blank" else sql.column(column)
    return condition, struct_bad(column, shown, reason)
