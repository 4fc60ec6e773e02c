"""`milepost check`: the plan's mistakes, then the account of every record of every source."""

from __future__ import annotations

import json
from pathlib import Path

from milepost.cli import running
from milepost.engine.facts import refresh
from milepost.engine.mapping.account import Account
from milepost.engine.project import open_project
from milepost.insight.asking import one_of
from milepost.insight.ledger import report

FORMATS = ("table", "json")


def check(plan: Path, *, format: str) -> int:
    """Print the account; 0, or 3 where records are lost or a source brings nothing."""
    one_of("--format", format, FORMATS)
    project = open_project(plan)
    with running.progress() as show:
        facts = refresh(project, progress=show)
    accounts = [built.account for built in facts.built.values()]
    if format == "json":
        data = {"plan": str(plan), "sources": [_data(account) for account in accounts]}
        running.write(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    else:
        running.write_lines(report(project, accounts, width=running.width()))
    return (
        running.WRONG_DATA
        if any(not account.adds_up or account.empty for account in accounts)
        else 0
    )


def _data(account: Account) -> dict[str, object]:
    return {**account.as_data(), "adds_up": account.adds_up}
