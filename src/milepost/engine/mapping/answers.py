"""From records to answers: one row a question and record, each used, blank, excluded or rejected."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import values
from milepost.engine.mapping.lines import PLACES
from milepost.engine.mapping.targets import (
    answer_column,
    comment_column,
    failed_column,
    where_column,
)
from milepost.engine.sql import Tree
from milepost.plan.askings import codes_of, good_of, labels_of, scale_of
from milepost.plan.model import Asked
from milepost.plan.questions import BY_NAME, QuestionType

GOOD = "_bad IS NULL AND NOT _excluded AND NOT _blank"
_STATES = ("_bad", "_excluded", "_blank")
USED, BLANK, EXCLUDED, REJECTED = "used", "not answered", "excluded", "rejected"

# The columns that an answer takes over from its record, where the source maps them.
CARRIED = (
    "response_id", "answered_at", "locale", "weight", "program", "recovery", "customer_id",
    "account_id", "channel", "day", "bucket", "unit",
)  # fmt: skip


# The columns of an answer in the fact, its attributes apart.
COLUMNS = (
    *CARRIED, "question", "question_type", "score", "answer", "scale", "good", "comment",
    "touchpoint", "kind", "audience",
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
    """The answers to one question from the good ones of a view of records, with `_state` and `_code`."""
    kind = BY_NAME[asked.type]
    raw = values.as_text(sql.column(answer_column(index)), answer_type)
    # Named one by one: with a star each question would bind the columns of all the others.
    read_columns = needed(index, columns, attributes)
    given = sql.select(
        *(sql.column(name) for name in read_columns),
        sql.named(raw, "_given"),
        sql.named(values.relabelled(raw, labels_of(asked)), "_meant"),
    ).from_(sql.table(records)).where(sql.sql(GOOD))  # fmt: skip
    scored = kind.value == "score"
    number = values.number_of(sql.column("_meant"), number_style) if scored else sql.null("DOUBLE")
    parsed = sql.select("*", sql.named(number, "_number")).from_(given.subquery("given"))
    score = values.sound_number(sql.column("_number"))
    read = sql.select("*", sql.named(score, "score")).from_(parsed.subquery("parsed"))
    return sql.select(
        "_record",
        "_file",
        "_sheet",
        *_verdict(asked, kind, index, columns),
        *(_taken(name, columns) for name in CARRIED),
        *_said(asked, kind, index, columns),
        *(sql.column(name) for name in attributes),
    ).from_(read.subquery("read"))


def needed(index: int, columns: Sequence[str], attributes: Sequence[str]) -> list[str]:
    """The columns of the records that one question reads."""
    own = (answer_column(index), comment_column(index), where_column(index), failed_column(index))
    shared = (*PLACES, *_STATES, *CARRIED, "comment", "touchpoint", "kind", "audience")
    return [
        *dict.fromkeys(
            n for n in (*shared, *own, *attributes) if n in columns or n in PLACES or n in _STATES
        )
    ]


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


def _verdict(asked: Asked, kind: QuestionType, index: int, columns: Sequence[str]) -> list[Tree]:
    """What becomes of each answer, why, and what was given."""
    failed = sql.column(failed_column(index))
    blank = (_not_answered(asked), sql.text(BLANK), sql.sql("coalesce(_given, '(blank)')"))
    branches: list[tuple[Tree, Tree, Tree]] = [blank]
    if asked.where:
        left_out = sql.sql("NOT coalesce(:w, FALSE)", w=sql.column(where_column(index)))
        branches.insert(0, (left_out, sql.text(EXCLUDED), exp.null()))
    if failed.name in columns:
        fails = sql.sql(":f IS NOT NULL", f=failed)
        branches.insert(0, (fails, sql.text(REJECTED), sql.text("cannot be computed")))
    branches += [(wrong, sql.text(REJECTED), sql.text(why)) for wrong, why in _wrongs(asked, kind)]
    given = sql.sql("coalesce(:f, _given)", f=failed) if failed.name in columns else None
    return [
        sql.named(
            sql.case([(when, state) for when, state, _ in branches], sql.text(USED)), "_state"
        ),
        sql.named(sql.case([(when, code) for when, _, code in branches]), "_code"),
        sql.named(given, "_given") if given else sql.column("_given"),
    ]


def _not_answered(asked: Asked) -> Tree:
    coded = sql.one_of(sql.column("_given"), codes_of(asked))
    return sql.sql("_given IS NULL OR :coded", coded=coded)


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
