"""Lines: a source's records with what the plan computes from each, watched for failure.

A line's `_bad` names the column, the value and the reason that reject it; `_excluded` marks those
that `where` left out. Nothing is rejected that is excluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.job import Job
from milepost.engine.mapping.lookups import Lookup, joined
from milepost.engine.mapping.recipe import Recipe
from milepost.engine.mapping.targets import Target, failed_column
from milepost.engine.sql import Tree

PLACES = ("_record", "_file", "_sheet")
_SHOWN_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Computed:
    """What a line's expression computes: its value under `name`; `column` is what messages say.

    A failure rejects the line, or only the answer to the question `asked`; so does a blank value
    where one is `required`.
    """

    name: str
    tree: Tree
    column: str
    plain: bool
    asked: int | None = None
    required: bool = False


def computed_of(targets: Sequence[Target]) -> list[Computed]:
    """The targets as they are computed from one line."""
    return [Computed(t.name, t.tree, t.name, t.plain, t.asked) for t in targets]


def expect_column(index: int) -> str:
    """The name of an expectation among the records."""
    return f"_expect_{index}"


def match_column(alias: str) -> str:
    """The name of a look-up's number of matches among the records."""
    return f"_n_{alias}"


def struct_bad(column: str, shown: Tree, reason: str) -> Tree:
    """The remark that rejects a record."""
    return sql.sql(
        "{'col': :c, 'val': CAST(:v AS VARCHAR), 'reason': :r}",
        c=sql.text(column),
        v=shown,
        r=sql.text(reason),
    )


def lines_query(
    job: Job, recipe: Recipe, lookups: Sequence[Lookup], computed: Sequence[Computed]
) -> exp.Select:
    """Every record of the source with its computed values, `_excluded` and `_bad`."""
    tried = [item for item in computed if not item.plain]
    inner = joined(
        job, lookups,
        *(sql.named(sql.column(place, job.alias), place) for place in PLACES),
        *(sql.named(item.tree, item.name) for item in computed if item.plain),
        *(sql.named(sql.attempt(item.tree), item.name) for item in tried),
        *(sql.named(_shown(item.tree), f"_shown{item.name}") for item in tried),
        *(sql.named(sql.attempt(tree), expect_column(n)) for n, tree in enumerate(recipe.expects)),
        *(sql.named(sql.column("_matches", a.alias), match_column(a.alias)) for a in lookups),
        sql.named(_where(recipe), "_where"),
    )  # fmt: skip
    return sql.select(
        *(sql.column(place) for place in PLACES),
        *(sql.column(item.name) for item in computed if item.plain),
        *(sql.named(_first(item.name), item.name) for item in tried),
        *_failures(tried),
        *(sql.named(_met(expect_column(n)), expect_column(n)) for n in range(len(recipe.expects))),
        *(sql.column(match_column(look.alias)) for look in lookups),
        sql.named(_EXCLUDED, "_excluded"),
        sql.named(_line_bad(lookups, computed), "_bad"),
    ).from_(inner.subquery("computed"))


_EXCLUDED = sql.sql("_where IS NOT NULL AND NOT coalesce(list_extract(_where, 1), FALSE)")


def _where(recipe: Recipe) -> Tree:
    if recipe.where is None:
        return sql.sql("[TRUE]")
    return sql.attempt(sql.sql("CAST(:w AS BOOLEAN)", w=recipe.where))


def _first(name: str) -> Tree:
    return sql.sql("list_extract(:x, 1)", x=sql.column(name))


def _met(name: str) -> Tree:
    """An expectation that cannot be computed is unmet, not a reason to reject the record."""
    tried = sql.column(name)
    return sql.sql(
        "coalesce(CAST(list_extract(:x, 1) AS BOOLEAN), TRUE) AND :x IS NOT NULL", x=tried
    )


def _failures(tried: Sequence[Computed]) -> list[Tree]:
    """For each question with expressions: what the failing one was given, else NULL."""
    by_question: dict[int, list[Computed]] = {}
    for item in tried:
        if item.asked is not None:
            by_question.setdefault(item.asked, []).append(item)
    return [
        sql.named(
            sql.case(
                [(sql.sql(":x IS NULL", x=sql.column(item.name)),
                  sql.sql("coalesce(:s, '')", s=sql.column(f"_shown{item.name}")))
                 for item in items],
                sql.null("VARCHAR"),
            ),
            failed_column(index),
        )
        for index, items in by_question.items()
    ]  # fmt: skip


def _line_bad(lookups: Sequence[Lookup], computed: Sequence[Computed]) -> Tree:
    own = [item for item in computed if item.asked is None]
    return sql.case([
        (sql.sql("_where IS NULL"),
         struct_bad("where", exp.null(), "the condition cannot be computed")),
        (_EXCLUDED, exp.null()),
        *((sql.sql(":n > 1", n=sql.column(match_column(look.alias))), _several(look))
          for look in lookups),
        *((sql.sql(":x IS NULL", x=sql.column(item.name)),
           struct_bad(item.column, sql.column(f"_shown{item.name}"), "cannot be computed"))
          for item in own if not item.plain),
        *((sql.sql(":x IS NULL", x=_value(item)), struct_bad(item.column, exp.null(), "blank"))
          for item in own if item.required),
    ])  # fmt: skip


def _value(item: Computed) -> Tree:
    return sql.column(item.name) if item.plain else _first(item.name)


def _several(look: Lookup) -> Tree:
    matches = sql.column(match_column(look.alias))
    return struct_bad(look.alias, matches, f"more than one match in {look.from_}")


def _shown(tree: Tree) -> Tree:
    """The inputs of an expression as text, for the list of rejects."""
    columns = list(dict.fromkeys(tree.find_all(exp.Column)))[:_SHOWN_COLUMNS]
    if not columns:
        return exp.null()
    parts = [
        sql.sql(":n || coalesce(CAST(:c AS VARCHAR), '')", n=sql.text(f"{column.name}="), c=column)
        for column in columns
    ]
    return sql.call("concat_ws", sql.text(" "), *parts)
