"""milepost.yaml read and checked: the plan, and every mistake of the file at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from milepost.errors import Finding
from milepost.plan import checks
from milepost.plan.fitting import fit
from milepost.plan.model import Plan
from milepost.plan.reading import Place, lines, read
from milepost.plan.scope import scope_of

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as far as it could be read. With findings the plan is what is left without them."""

    path: Path
    plan: Plan | None
    findings: tuple[Finding, ...]
    lines: Mapping[Place, int] = field(repr=False)

    def line(self, place: Place) -> int:
        """The line of a place of `plan`, such as ("sources", 0, "from"), or of what is around it.

        Keys are written as in the file. Lines count from 1.
        """
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def sound(self, place: Place) -> bool:
        """Whether nothing is wrong in a part, so that one may say what is missing in it."""
        if not self.findings:
            return True
        first, depth = self.line(place), len(place)
        after = (line for at, line in self.lines.items() if 0 < len(at) <= depth and line > first)
        end = min(after, default=None)
        return not any(
            first <= found.line and (end is None or found.line < end) for found in self.findings
        )

    def finding(self, place: Place, text: str) -> Finding:
        """A mistake at a place of the plan."""
        return Finding(str(self.path), self.line(place), text)


def read_plan(path: Path) -> Draft:
    """Read and check a plan; never an exception, whatever the file holds.

    What is wrong is in `findings`, in the order of the lines; it is for the caller to add its own
    and to raise PlanError once.
    """
    tree, broken = read(path)
    if not tree:
        return Draft(path, None, tuple(map(_one_line, broken)), {})
    plan, root, misfits = fit(tree, str(path))
    draft = Draft(path, plan, (*broken, *misfits), dict(lines(root)))
    mistakes = checks.check(plan, scope_of(plan, tree, root)) if plan else ()
    found = (*draft.findings, *(draft.finding(place, text) for place, text in mistakes))
    return replace(draft, findings=tuple(sorted({_one_line(finding) for finding in found})))


def _one_line(finding: Finding) -> Finding:
    """Names in the file may hold line breaks and escape sequences; a terminal must not see them."""
    text = "".join(letter if letter.isprintable() else " " for letter in finding.text)
    return replace(finding, text=text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
