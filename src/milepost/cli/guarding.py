"""What no command may write over: the user's data, the plan, and the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from milepost.engine import reading
from milepost.engine.project import Project
from milepost.errors import QuestionError
from milepost.plan.reading import read


def refuse_own(out: Path, project: Project) -> None:
    """Raise QuestionError where an output is the plan, one of its files, or lies in the store."""
    what = "the plan" if _among(out, [project.draft.path]) else None
    if _among(out, _data(project)):
        what = "data that the plan reads"
    elif out.resolve().is_relative_to(project.store.folder.resolve()):
        what = "in the store, which is Milepost's own"
    if what:
        raise QuestionError(f"--out {out}: is {what}; name another file, such as answer.csv")


def refuse_other(plan: Path, data: Path) -> None:
    """Raise QuestionError where the file that a new plan would replace is not a plan."""
    if not plan.exists():
        return
    if _among(plan, reading.find_files(str(data), base=Path())):
        raise QuestionError(f"{plan}: is the data file itself; name another file with --plan")
    root, _ = read(plan)
    keys = root.value if root else ()
    if "sources" not in keys and "company" not in keys:
        raise QuestionError(
            f"{plan}: is not a plan, so it is not replaced; name another file with --plan"
        )


def _data(project: Project) -> Iterator[Path]:
    for source in project.plan.sources:
        # What was collected lies in the store.
        own = () if source.collected else (source.from_,)
        for pattern in (*own, *(join.from_ for join in source.join)):
            yield from reading.find_files(pattern, base=project.base)


def _among(file: Path, others: Iterable[Path]) -> bool:
    """Whether a file is one of others, by whatever name or link."""
    return file.exists() and any(other.exists() and file.samefile(other) for other in others)
