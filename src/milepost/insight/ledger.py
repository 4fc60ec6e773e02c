"""The account of a project's sources as text for people: where every record went, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from milepost.engine.mapping.account import Account, QuestionAccount, Rejection, Unmet
from milepost.engine.project import Project
from milepost.insight.layout import NARROWEST, broken, left, parts_broken, right
from milepost.insight.visible import visible

_MOST_REASONS = 12
_MOST_FILES = 5
_LONGEST_NAME = 24
# What became of the mapped records, each with what it is to those before it.
_COLUMNS = (("", "mapped", 9), (" =", "used", 9), (" +", "excluded", 9),
            (" +", "not answered", 13), (" +", "rejected", 9))  # fmt: skip
_TABLE = sum(len(sign) + size for sign, _, size in _COLUMNS)


def report(project: Project, accounts: Iterable[Account], *, width: int) -> Iterator[Text]:
    """The account of every source, then how many there are; only a path may be longer."""
    width = max(width, NARROWEST)
    shown = list(accounts)
    for account in shown:
        yield from _account(project, account, width)
        yield Text("")
    yield from broken(f"The plan is in order; {_of_sources(shown)}.", width, style="bold")


def _of_sources(accounts: Sequence[Account]) -> str:
    """How many sources there are, and of how many something is wrong."""
    sources = f"{len(accounts)} source{'s' if len(accounts) != 1 else ''}"
    lost = sum(not account.adds_up for account in accounts)
    empty = sum(account.empty for account in accounts)
    if lost:
        return f"{lost} of {sources} lost records"
    return f"{empty} of {sources} brought nothing" if empty else sources


def _account(project: Project, account: Account, width: int) -> Iterator[Text]:
    days = f", {account.first_day} to {account.last_day}" if account.first_day else ""
    yield from _said(f"{account.source} ({account.fact}{days})", width, "bold", indent=0)
    yield from (Text(f"  {visible(name)}", "dim") for name in account.files[:_MOST_FILES])
    if len(account.files) > _MOST_FILES:
        yield from _said(f"and {len(account.files) - _MOST_FILES} more files", width, "dim")
    yield from _records(account, width)
    yield from _reasons(account.rejected, width)
    if account.questions:
        yield from _questions(account.questions, width)
    for join in account.joins:
        found = f"{join.matched:,} found, {join.unmatched:,} not found"
        yield from _said(f"join {join.from_}: {found}", width)
    for unmet in account.unmet:
        told = _unmet(unmet, "records" if account.groups is None else "rows")
        yield from _said(told, width, "yellow" if unmet.count else "dim")
    for note in account.notes:
        yield from _said(f"note: {note}", width, "yellow")
    if account.rejected_records or account.rejected_answers:
        rejects = visible(str(project.store.rejects_of(account.source)))
        yield Text(f"  rejects are listed in {rejects}", "yellow")
    yield from _alarms(account, width)


def _alarms(account: Account, width: int) -> Iterator[Text]:
    if not account.adds_up:
        lost = "this account does not add up: a defect of Milepost; please report it"
        yield from _said(lost, width, "bold red")
    if account.empty:
        why = "nothing of this source could be used" if account.records else "it holds no records"
        yield from _said(why, width, "bold red")


def _unmet(unmet: Unmet, what: str) -> str:
    more = ", …" if unmet.count > len(unmet.lines) else ""
    where = f" ({', '.join(unmet.lines)}{more})" if unmet.count else ""
    return f"expected: {unmet.name}; not so in {unmet.count:,} {what}{where}"


def _records(account: Account, width: int) -> Iterator[Text]:
    parts = f"{account.excluded:,} excluded + {account.rejected_lines:,} rejected"
    if account.groups is None:
        read = f"{account.records:,} records read = {account.mapped:,} mapped + {parts}"
        yield from _said(read, width)
        return
    yield from _said(
        f"{account.records:,} lines read = {account.grouped_lines:,} grouped + {parts}", width
    )
    yield from _said(
        f"{account.groups:,} rows made of them = {account.mapped:,} mapped"
        f" + {account.rejected_groups:,} rejected",
        width,
    )


def _questions(questions: tuple[QuestionAccount, ...], width: int) -> Iterator[Text]:
    names = [visible(question.name) for question in questions]
    size = min(max(map(cell_len, names)), _LONGEST_NAME)
    table = 2 + size + 2 + _TABLE <= width
    if table:
        heads = "".join(sign + right(name, room) for sign, name, room in _COLUMNS)
        yield Text(f"  {left('', size)}  {heads}", "dim")
    for question, name in zip(questions, names, strict=True):
        yield from _in_table(name, question, size) if table else _in_words(name, question, width)
        if question.not_answered:
            codes = [f"{code} {n:,}" for code, n in list(question.not_answered.items())[:6]]
            yield from _said(f"not answered: {', '.join(codes)}", width, "dim", indent=4)
        yield from _reasons(question.rejected, width)


def _numbers(question: QuestionAccount) -> tuple[int, ...]:
    blank = sum(question.not_answered.values())
    bad = sum(rejection.count for rejection in question.rejected)
    return question.mapped, question.used, question.excluded, blank, bad


def _in_table(name: str, question: QuestionAccount, size: int) -> Iterator[Text]:
    row = "".join(
        sign + right(f"{number:,}", room)
        for (sign, _, room), number in zip(_COLUMNS, _numbers(question), strict=True)
    )
    if cell_len(name) > size:
        yield Text(f"  {name}")
        name = ""
    yield Text(f"  {left(name, size)}  {row}")


def _in_words(name: str, question: QuestionAccount, width: int) -> Iterator[Text]:
    parts = [
        (f"{sign.strip()} {number:,} {what}".strip(), "")
        for (sign, what, _), number in zip(_COLUMNS, _numbers(question), strict=True)
    ]
    yield from _said(name, width)
    yield from parts_broken(parts, width, " ")


def _reasons(rejections: tuple[Rejection, ...], width: int) -> Iterator[Text]:
    for rejection in rejections[:_MOST_REASONS]:
        why = f"rejected: {rejection.column}: {rejection.reason} ({rejection.count:,})"
        yield from _said(why, width, "yellow", indent=4)
    if len(rejections) > _MOST_REASONS:
        rest = sum(rejection.count for rejection in rejections[_MOST_REASONS:])
        yield from _said(f"and {rest:,} more for other reasons", width, "yellow", indent=4)


def _said(text: str, width: int, style: str = "", *, indent: int = 2) -> Iterator[Text]:
    return broken(visible(text), width, style=style, indent=indent)
