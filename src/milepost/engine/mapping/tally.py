"""The tallies behind an account: counted from the records and answers themselves, by reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import answers, swapped
from milepost.engine.mapping.account import (
    EXPOSED,
    GROUP_MARK,
    Account,
    JoinAccount,
    QuestionAccount,
    Rejection,
    Unmet,
)
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.lines import expect_column, match_column
from milepost.engine.mapping.lookups import Lookup
from milepost.engine.mapping.places import Places
from milepost.engine.mapping.tables import count, fetch
from milepost.engine.reading import Staged


def account(
    con: Connection,
    job: Job,
    places: Places,
    mapped: Sequence[Mapped],
    lookups: Sequence[Lookup],
    *,
    target: Path,
    rows: int,
) -> Account:
    """The account of one built source; `rows` were written to its fact, the file `target`."""
    staged = places.staged
    refused = [Rejection("line", reason, n) for reason, n in staged.refused_count.items()]
    first = mapped[0]
    if job.source.rows:
        questions = tuple(_row_account(con, number, part) for number, part in enumerate(mapped))
        excluded = count(con, first.view, "_excluded")
        kept = count(con, first.view, "NOT _excluded")
        bad: list[Rejection] = []
    else:
        excluded, kept, bad = _record_counts(con, job, first)
        questions = tuple(_question_accounts(con, job, target, kept))
    groups = count(con, first.view, "TRUE") if job.source.group else None
    grouped = count(con, "lines_0", "NOT _excluded AND _bad IS NULL") if job.source.group else None
    days, awaited = _days(con, mapped), job.collected is not None and not staged.records
    return Account(
        source=job.source.name, fact=job.fact.name,
        files=tuple(staged.before), records=staged.records,
        excluded=excluded, rejected=tuple(refused + bad), groups=groups, grouped_lines=grouped,
        mapped=kept, questions=questions, rows=rows, first_day=days[0], last_day=days[1],
        weighted="weight" in {t.name for t in first.targets}, invited=job.source.invited,
        repeats=_customers_repeat(con, job, target), exposed=_exposed(con, job, target),
        joins=_join_accounts(con, first, lookups, job),
        unmet=tuple(_unmet(con, job, places, first, index) for index in range(len(job.source.expect))),
        notes=(*staged.notes, *(note for look in lookups for note in look.notes),
               *_notes(con, job, mapped), *dict.fromkeys(swapped.notes(con, job, mapped)),
               *_unlisted(staged), *(["nothing collected yet"] if awaited else [])),
        collected=job.collected is not None,
    )  # fmt: skip


def _customers_repeat(con: Connection, job: Job, target: Path) -> bool:
    """Whether a customer answered one type of question at one touchpoint twice.

    It is not asked of other facts than responses: there True says that it may be so.
    """
    if job.fact.name != "responses":
        return True
    file = sql.parquet(target)
    # One bucket of customers shows in a hundredth of the time what is true of most surveys.
    return any(
        fetch(
            con,
            exp.select("1").from_(file).where(sql.sql(among))
            .group_by("question_type", "touchpoint", "unit").having("count(*) > 1").limit(1),
        )
        for among in ("bucket = 0", "TRUE")
    )  # fmt: skip


def _exposed(con: Connection, job: Job, target: Path) -> int | None:
    """How many rows may be shown in groups only."""
    if job.fact.name != "responses":
        return None
    return int(fetch(con, sql.select(sql.sql(EXPOSED)).from_(sql.parquet(target)))[0][0])


def _record_counts(con: Connection, job: Job, mapped: Mapped) -> tuple[int, int, list[Rejection]]:
    kept = count(con, mapped.view, "_bad IS NULL AND NOT _excluded")
    if job.source.group is None:
        return count(con, mapped.view, "_excluded"), kept, _rejections(con, mapped.view)
    lines = _rejections(con, "lines_0")
    groups = [replace(r, column=GROUP_MARK + r.column) for r in _rejections(con, mapped.view)]
    return count(con, "lines_0", "_excluded"), kept, lines + groups


def _rejections(con: Connection, view: str) -> list[Rejection]:
    query = (
        sql.select(
            sql.sql("_bad.col AS col"), sql.sql("_bad.reason AS reason"), sql.sql("count(*) AS n")
        )
        .from_(sql.table(view))
        .where(sql.sql("_bad IS NOT NULL AND NOT _excluded"))
        .group_by("1", "2")
        .order_by("n DESC", "col", "reason")
    )
    return [Rejection(*row) for row in fetch(con, query)]


def _row_account(con: Connection, number: int, mapped: Mapped) -> QuestionAccount:
    blank = count(con, mapped.view, "NOT _excluded AND _bad IS NULL AND _blank")
    return QuestionAccount(
        name=f"row {number + 1}",
        mapped=count(con, mapped.view, "NOT _excluded"),
        used=count(con, mapped.view, "NOT _excluded AND _bad IS NULL AND NOT _blank"),
        excluded=0,
        not_answered={"(blank)": blank} if blank else {},
        rejected=tuple(_rejections(con, mapped.view)),
    )


def _question_accounts(
    con: Connection, job: Job, target: Path, mapped: int
) -> Iterator[QuestionAccount]:
    """What became of each question's answers: the used ones are counted in the written file."""
    if not job.source.questions:
        return
    made = (
        sql.select("question", sql.sql("count(*)")).from_(sql.parquet(target)).group_by("question")
    )
    used = dict(fetch(con, made))
    unused = (
        sql.select("question", "_state", "_code", sql.sql("count(*) AS n"))
        .from_(sql.table("unused"))
        .group_by("question", "_state", "_code")
        .order_by("n DESC", "_code")
    )
    tallies = fetch(con, unused)
    for asked in job.source.questions:
        mine = [(state, code, n) for name, state, code, n in tallies if name == asked.name]
        yield QuestionAccount(
            name=asked.name,
            mapped=mapped,
            used=used.get(asked.name, 0),
            excluded=sum(n for state, _, n in mine if state == answers.EXCLUDED),
            not_answered={code: n for state, code, n in mine if state == answers.BLANK},
            rejected=tuple(
                Rejection(asked.name, code, n)
                for state, code, n in mine
                if state == answers.REJECTED
            ),
        )


def _join_accounts(
    con: Connection, mapped: Mapped, lookups: Sequence[Lookup], job: Job
) -> tuple[JoinAccount, ...]:
    """Matches of every look-up, counted on the source's lines before `where`."""
    if not lookups:
        return ()
    view = "lines_0" if job.source.group else mapped.raw
    query = sql.select(
        sql.sql("count(*)"),
        *(sql.sql("count(:a)", a=sql.column(match_column(k.alias))) for k in lookups),
    ).from_(sql.table(view))
    total, *matched = fetch(con, query)[0]
    return tuple(
        JoinAccount(look.from_, n, total - n) for look, n in zip(lookups, matched, strict=True)
    )


def _days(con: Connection, mapped: Sequence[Mapped]) -> tuple[str | None, str | None]:
    first: list[str] = []
    last: list[str] = []
    for part in mapped:
        query = (
            sql.select(sql.sql("CAST(min(day) AS VARCHAR)"), sql.sql("CAST(max(day) AS VARCHAR)"))
            .from_(sql.table(part.view))
            .where(sql.sql("_bad IS NULL AND NOT _excluded"))
        )
        low, high = fetch(con, query)[0]
        first += [low] if low else []
        last += [high] if high else []
    return (min(first, default=None), max(last, default=None))


def _unmet(con: Connection, job: Job, places: Places, mapped: Mapped, index: int) -> Unmet:
    flag = sql.sql("NOT :x AND NOT _excluded", x=sql.column(expect_column(index)))
    total = sql.select(sql.sql("count(*)")).from_(sql.table(mapped.view)).where(flag)
    first = exp.select("_file", "_record").from_(sql.table(mapped.view)).where(flag)
    rows = fetch(con, first.order_by("_record").limit(5))
    lines = places.lines([record for _, record in rows])
    return Unmet(
        job.source.expect[index].name,
        fetch(con, total)[0][0],
        tuple(f"{file}:{lines.get(record, record)}" for file, record in rows),
    )


def _notes(con: Connection, job: Job, mapped: Sequence[Mapped]) -> Iterator[str]:
    """What an analyst should know and no count shows: codes without labels, foreign touchpoints."""
    seen: set[tuple[str, str]] = set()
    for part in mapped:
        for target in part.targets:
            if (target.name, sql.render(target.tree)) in seen:
                continue
            seen.add((target.name, sql.render(target.tree)))
            if target.values:
                known = [*target.values.values()]
                yield from _unknown(con, part, target.name, known, "has no label")
            if target.name == "touchpoint":
                yield from _unknown(con, part, "touchpoint", job.touchpoints, "is not in the plan")


def _unlisted(staged: Staged) -> Iterator[str]:
    refused = sum(staged.refused_count.values())
    if refused > len(staged.refused):
        yield (
            f"of {refused:,} records that could not be read the rejects list the first"
            f" {len(staged.refused):,}"
        )


def _unknown(
    con: Connection, mapped: Mapped, name: str, known: Sequence[str], what: str
) -> Iterator[str]:
    value = sql.column(name)
    query = (
        sql.select(sql.named(value, "shown"), sql.sql("count(*) AS n"))
        .from_(sql.table(mapped.view))
        .where(
            sql.sql(answers.GOOD),
            sql.sql(":v IS NOT NULL AND NOT :k", v=value, k=sql.one_of(value, known)),
        )
        .group_by("1")
        .order_by("n DESC", "shown")
        .limit(5)
    )
    for shown, n in fetch(con, query):
        yield f"{name} '{shown}' {what} ({n:,} record{'' if n == 1 else 's'})"
