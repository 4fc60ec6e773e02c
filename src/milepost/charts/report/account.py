"""The end of a report: where every record of every source went, and what the metrics mean."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.charts.report.contents import Contents, Definition
from milepost.charts.report.html import Html, row, table, tag
from milepost.insight.data_account import SourceOf

_RECORDS = ("source", "read", "used", "excluded", "rejected", "from", "to")
_ANSWERS = ("question", "asked", "answered", "excluded", "not answered", "rejected")


def account(contents: Contents) -> Html:
    """The records of each source, then what became of its questions, and why records were rejected."""
    sources = contents.accounts.sources
    return tag(
        "section",
        table(_RECORDS, map(_records, sources), name="Records by source"),
        [_source(source) for source in sources if source.questions or any(_notes(source))],
    )


def _records(source: SourceOf) -> Html:
    told = source.account
    return row(told.source, f"{told.records:,}", f"{source.used:,}", f"{told.excluded:,}",
               f"{told.rejected_lines:,}", told.first_day or "–", told.last_day or "–")  # fmt: skip


def _source(source: SourceOf) -> Html:
    rows = [
        row(each.name, f"{each.mapped:,}", f"{each.used:,}", f"{each.excluded:,}", f"{blank:,}", f"{bad:,}")
        for each, blank, bad in source.questions
    ]  # fmt: skip
    told, notes = f"Answers in {source.account.source}", [*_notes(source)]
    return tag(
        "div",
        table(_ANSWERS, rows, name=told, caption=told) if rows else None,
        tag("ul", notes, class_="notes") if notes else None,
    )


def _notes(source: SourceOf) -> Iterator[Html]:
    account = source.account
    if account.groups is not None:
        told = f"{account.groups:,} groups = {account.mapped:,} used + {account.rejected_groups:,} rejected"
        yield tag("li", tag("bdi", account.source), f": {told}")
    for question, each in source.reasons:
        where = f"{question}, {each.column}" if question else each.column
        yield tag("li", "rejected: ", tag("bdi", f"{where}: {each.reason}"), f" ({each.count:,})")
    if source.reasons_left:
        yield tag("li", f"and {source.reasons_left:,} more for other reasons")


def definitions(contents: Contents) -> Html:
    """Every metric of the scorecard in words."""
    return tag("dl", [_definition(each) for each in contents.definitions], class_="definitions")


def _definition(each: Definition) -> Html:
    return tag(
        "div",
        tag("dt", each.title, " ", tag("code", each.version)),
        tag("dd", each.words),
        tag("dd", tag("code", each.formula), class_="quiet"),
        [tag("dd", text, class_="quiet") for text in each.boxes],
        tag("dd", f"Good is {each.good}. {each.source}".strip(), class_="quiet"),
    )
