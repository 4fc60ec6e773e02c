"""The account of a project's sources as text for people: where every record went, and why."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from milepost.engine.mapping.account import Account, QuestionAccount, Rejection
from milepost.engine.project import Project

_MOST_REASONS = 12


def report(project: Project, accounts: Iterable[Account]) -> Iterable[Text]:
    """The account of every source, then how many there are."""
    total = 0
    for account in accounts:
        total += 1
        yield from _account(project, account)
        yield Text("")
    yield Text(f"The plan is in order; {total} source{'s' if total != 1 else ''}.", "bold")


def _account(project: Project, account: Account) -> Iterable[Text]:
    days = f", {account.first_day} to {account.last_day}" if account.first_day else ""
    yield Text(f"{account.source} ({account.fact}{days})", "bold")
    for name in account.files[:5]:
        yield Text(f"  {name}", "dim")
    if len(account.files) > 5:
        yield Text(f"  and {len(account.files) - 5} more files", "dim")
    yield from _records(account)
    if account.questions:
        yield from _questions(account.questions)
    for join in account.joins:
        yield Text(f"  join {join.from_}: {join.matched:,} found, {join.unmatched:,} not found")
    for unmet in account.unmet:
        style = "yellow" if unmet.count else "dim"
        where = f" ({', '.join(unmet.lines)}{', …' if unmet.count > len(unmet.lines) else ''})"
        yield Text(
            f"  expected: {unmet.name}; not so in {unmet.count:,} records"
            f"{where if unmet.count else ''}", style,
        )  # fmt: skip
    for note in account.notes:
        yield Text(f"  note: {note}", "yellow")
    if account.rejected_records or account.rejected_answers:
        yield Text(f"  rejects are listed in {project.store.rejects_of(account.source)}", "yellow")
    if not account.adds_up:
        yield Text(
            "  this account does not add up: a defect of Milepost; please report it", "bold red"
        )
    if account.empty:
        yield Text("  nothing of this source could be used", "bold red")


def _records(account: Account) -> Iterable[Text]:
    unit = "lines" if account.groups is not None else "records"
    parts = f"{account.excluded:,} excluded + {account.rejected_lines:,} rejected"
    if account.groups is None:
        yield Text(f"  {account.records:,} {unit} read = {account.mapped:,} mapped + {parts}")
    else:
        yield Text(
            f"  {account.records:,} {unit} read = {account.grouped_lines:,} grouped + {parts}"
        )
        yield Text(
            f"  {account.groups:,} rows made of them = {account.mapped:,} mapped"
            f" + {account.rejected_groups:,} rejected"
        )
    yield from _reasons(account.rejected, "    ")


def _questions(questions: tuple[QuestionAccount, ...]) -> Iterable[Text]:
    size = min(max(len(question.name) for question in questions), 24)
    yield Text(
        f"  {'':{size}}  {'mapped':>9} ={'used':>9} +{'excluded':>9} +{'not answered':>13}"
        f" +{'rejected':>9}", "dim",
    )  # fmt: skip
    for question in questions:
        blank = sum(question.not_answered.values())
        bad = sum(rejection.count for rejection in question.rejected)
        yield Text(
            f"  {question.name[:size]:{size}}  {question.mapped:>9,} ={question.used:>9,}"
            f" +{question.excluded:>9,} +{blank:>13,} +{bad:>9,}"
        )
        if question.not_answered:
            codes = [f"{code} {n:,}" for code, n in list(question.not_answered.items())[:6]]
            yield Text(f"    not answered: {', '.join(codes)}", "dim")
        yield from _reasons(question.rejected, "    ")


def _reasons(rejections: tuple[Rejection, ...], indent: str) -> Iterable[Text]:
    for rejection in rejections[:_MOST_REASONS]:
        yield Text(
            f"{indent}rejected: {rejection.column}: {rejection.reason} ({rejection.count:,})",
            "yellow",
        )
    if len(rejections) > _MOST_REASONS:
        rest = sum(rejection.count for rejection in rejections[_MOST_REASONS:])
        yield Text(f"{indent}and {rest:,} more for other reasons", "yellow")
