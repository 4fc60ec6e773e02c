"""From records to answers: one row a question and record, each used, blank, excluded or rejected."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import values
from milepost.engine.mapping.targets import answer_column, comment_column, where_column
from milepost.engine.sql import Tree
from milepost.plan.model import Asked
from milepost.plan.questions import BY_NAME, QuestionType

USED, BLANK, EXCLUDED, REJECTED = "used", "not answered", "excluded", "rejected"

# The columns that an answer takes over from its record, where the source maps them.
CARRIED = (
    "response_id", "answered_at", "locale", "weight", "program", "recovery", "customer_id",
    "account_id", "channel", "day", "bucket", "unit",
)  # fmt: skip


def answers_query(
    asked: Asked,
    index: int,
    *,
    records: str,
    columns: Sequence[str],
    attributes: Sequence[str],
    answer_type: str,
    number_style: str,
) -> exp.Select:
    """The answers to one question from the view of good records, with `_state` and `_code`."""
    kind = BY_NAME[asked.type]
    raw = values.as_text(sql.column(answer_column(index)), answer_type)
    labels = {**{word: str(score) for word, score in kind.words.items()}, **asked.labels}
    inner = sql.select(
        "*",
        sql.named(raw, "_given"),
        sql.named(values.relabelled(raw, labels), "_meant"),
    ).from_(sql.table(records))
    style = number_style if values.is_text(answer_type) and not asked.labels else "plain"
    read = sql.select("*", sql.named(_score(kind, style), "score")).from_(inner.subquery("given"))
    return sql.select(
        "_record",
        "_file",
        "_sheet",
        sql.named(_state(asked, kind, index, columns), "_state"),
        sql.named(_code(asked, kind), "_code"),
        "_given",
        *(_taken(name, columns) for name in CARRIED),
        *_said(asked, kind, index, columns),
        *(sql.column(name) for name in attributes),
    ).from_(read.subquery("read"))


def scale_of(asked: Asked) -> tuple[int, int] | None:
    """The scale of a question: the stated one, or its type's."""
    return asked.scale or BY_NAME[asked.type].scale


def good_of(asked: Asked) -> str:
    """Which end of a question's scale is good."""
    return asked.good or BY_NAME[asked.type].good or "high"


def _score(kind: QuestionType, style: str) -> Tree:
    if kind.value != "score":
        return sql.null("DOUBLE")
    return values.number_of(sql.column("_meant"), style)


def _taken(name: str, columns: Sequence[str]) -> Tree:
    if name in columns:
        return sql.column(name)
    return sql.named(sql.null("DOUBLE" if name in ("weight", "recovery") else "VARCHAR"), name)


def _said(asked: Asked, kind: QuestionType, index: int, columns: Sequence[str]) -> list[Tree]:
    scale = scale_of(asked) if kind.value == "score" else None
    answer = sql.column("_meant") if kind.value == "answer" else sql.null("VARCHAR")
    comment = comment_column(index) if asked.comment else "comment"
    touchpoint = sql.text(asked.touchpoint) if asked.touchpoint else None
    return [
        sql.named(sql.text(asked.name), "question"),
        sql.named(sql.text(asked.type), "question_type"),
        sql.column("score"),
        sql.named(answer, "answer"),
        sql.named(_text_or_null(f"{scale[0]}-{scale[1]}" if scale else None), "scale"),
        sql.named(sql.text(good_of(asked)), "good"),
        sql.named(
            sql.column(comment) if asked.comment or "comment" in columns else _text_or_null(None),
            "comment",
        ),
        sql.named(touchpoint, "touchpoint") if touchpoint else _taken("touchpoint", columns),
        _or_default("kind", _kind(touchpoint, columns), columns),
        _or_default("audience", sql.text(kind.audience), columns),
    ]


def _kind(touchpoint: Tree | None, columns: Sequence[str]) -> Tree:
    if touchpoint is not None:
        return sql.text("transactional")
    if "touchpoint" in columns:
        return sql.sql("CASE WHEN touchpoint IS NULL THEN 'relationship' ELSE 'transactional' END")
    return sql.text("relationship")


def _or_default(name: str, default: Tree, columns: Sequence[str]) -> Tree:
    if name not in columns:
        return sql.named(default, name)
    return sql.named(sql.sql("coalesce(:x, :d)", x=sql.column(name), d=default), name)


def _text_or_null(value: str | None) -> Tree:
    return sql.null("VARCHAR") if value is None else sql.text(value)


def _state(asked: Asked, kind: QuestionType, index: int, columns: Sequence[str]) -> Tree:
    branches = [(_not_answered(asked), sql.text(BLANK))]
    if asked.where:
        left_out = sql.sql("NOT coalesce(:w, FALSE)", w=sql.column(where_column(index)))
        branches.insert(0, (left_out, sql.text(EXCLUDED)))
    branches += [(wrong, sql.text(REJECTED)) for wrong, _ in _wrongs(asked, kind)]
    return sql.case(branches, sql.text(USED))


def _code(asked: Asked, kind: QuestionType) -> Tree:
    blank = sql.sql("coalesce(_given, '(blank)')")
    wrongs = [(wrong, sql.text(reason)) for wrong, reason in _wrongs(asked, kind)]
    return sql.case([(_not_answered(asked), blank), *wrongs])


def _not_answered(asked: Asked) -> Tree:
    codes = [code.strip() for code in asked.missing if code.strip()]
    return sql.sql("_given IS NULL OR :coded", coded=sql.one_of(sql.column("_given"), codes))


def _wrongs(asked: Asked, kind: QuestionType) -> list[tuple[Tree, str]]:
    if kind.value != "score":
        return []
    found = [(sql.sql("score IS NULL"), "not a number")]
    scale = scale_of(asked)
    if scale:
        low, high = scale
        off = sql.sql("score < :low OR score > :high", low=sql.number(low), high=sql.number(high))
        found.append((off, f"not on the scale {low}-{high}"))
    if kind.whole:
        found.append((sql.sql("score <> floor(score)"), "not a whole number"))
    return found
