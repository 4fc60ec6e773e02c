"""A company's folder to put files and a plan into, and a look at the facts that come of them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from milepost.engine.facts import refresh
from milepost.engine.mapping.account import Account
from milepost.engine.project import open_project
from milepost.errors import PlanError

MILEPOST = [sys.executable, "-W", "error", "-c", "from milepost.cli import main; main()"]
NPS = {"name": "recommend", "type": "nps", "score": "score"}


@dataclass(slots=True)
class Company:
    """A folder with a plan; `build` makes the facts, `rows` reads what was written."""

    folder: Path
    plan: dict[str, Any] = field(
        default_factory=lambda: {"company": {"name": "Acme"}, "sources": []}
    )

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def source(self, name: str = "s", **keys: Any) -> None:
        """Add a source to the plan; a fact of responses with the file's date unless stated."""
        given = {"name": name, "fact": "responses", **keys}
        if given["fact"] == "responses":
            given.setdefault("questions", [NPS])
        self.plan["sources"].append(given)

    def touchpoints(self, *names: str) -> None:
        points = [{"name": name} for name in names]
        self.plan["journeys"] = [{"name": "j", "touchpoints": points}]

    def write(self) -> Path:
        """The plan file, written."""
        file = self.folder / "milepost.yaml"
        file.write_text(yaml.safe_dump(self.plan, sort_keys=False, allow_unicode=True), "utf-8")
        return file

    def build(self, **progress: Any) -> dict[str, Account]:
        """The accounts of all sources, built where they are stale; each adds up."""
        facts = refresh(open_project(self.write()), **progress)
        accounts = {name: built.account for name, built in facts.built.items()}
        assert all(account.adds_up for account in accounts.values())
        return accounts

    def account(self, name: str = "s") -> Account:
        return self.build()[name]

    def current(self) -> dict[str, Any]:
        """What CURRENT.json says of each source."""
        text = (self.folder / "store/facts/CURRENT.json").read_text("utf-8")
        found: dict[str, Any] = json.loads(text)["sources"]
        return found

    def rows(self, columns: str, *, name: str = "s", order: str = "_record") -> list[Any]:
        """What the written fact holds; a single column without its tuples."""
        file = self.folder / "store/facts" / self.current()[name]["file"]
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            query = f"SELECT {columns} FROM read_parquet($file) ORDER BY {order}"
            found = con.execute(query, {"file": str(file)}).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def rejects(self, name: str = "s") -> list[dict[str, str]]:
        """The list of rejects, empty where there is none."""
        file = self.folder / "store/rejects" / f"{name}.csv"
        if not file.exists():
            return []
        with file.open(newline="", encoding="utf-8") as handle:
            return list(csv.DictReader(handle))

    def reasons(self, name: str = "s") -> list[tuple[str, str, str, str]]:
        return [(r["line"], r["column"], r["value"], r["reason"]) for r in self.rejects(name)]

    def misfit(self) -> str:
        """The one line with which the plan does not fit its files, without its place."""
        with pytest.raises(PlanError) as caught:
            self.build()
        (finding,) = caught.value.findings
        return finding.text

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """The real command line on the plan, from another folder."""
        return subprocess.run(
            [*MILEPOST, *arguments, "--plan", str(self.write())], cwd=cwd or self.folder.parent,
            text=True, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
