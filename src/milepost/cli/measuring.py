"""`milepost measure`: a question answered in the format that was asked for, on screen or in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from milepost.cli import running
from milepost.cli.guarding import refuse_own
from milepost.engine.project import open_project
from milepost.engine.question import Question
from milepost.errors import QuestionError
from milepost.files import replacing
from milepost.insight.answer import Answer
from milepost.insight.asking import one_of
from milepost.insight.display import lines_of
from milepost.insight.measuring import answer

FORMATS = ("table", "json", "csv", "parquet")


def run(plan: Path, question: Question, *, details: bool, format: str, out: Path | None) -> None:
    """Answer and print, or write to `out`."""
    one_of("--format", format, FORMATS)
    if out is None and format == "parquet":
        raise QuestionError("--format parquet needs a file: add --out FILE")
    target = target_of(out) if out is not None else None
    project = open_project(plan)
    if out is not None:
        refuse_own(out, project)
    with running.progress() as show:
        found = answer(project, question, progress=show)
    if target:
        save(target, _writer(found, format, details=details))
    elif format == "table":
        running.write_lines(lines_of(found, width=running.width(), details=details))
    else:
        running.write(_text(found, format, details=details))


def target_of(out: Path) -> Path:
    """The file to be written, known to be possible before anything is measured."""
    try:
        if out.exists() and not out.is_file():
            kind = "a folder" if out.is_dir() else "not a file"
            raise QuestionError(f"--out {out}: is {kind}; name a file, such as answer.csv")
        if not out.parent.is_dir():
            raise QuestionError(f"--out {out}: there is no folder {out.parent}; make it first")
        return out.resolve()
    except OSError as error:
        raise _unwritten(out, error) from None


def save(target: Path, write: Callable[[Path], None]) -> None:
    """Write a file whole or not at all. Raises QuestionError where it cannot be written."""
    try:
        with replacing(target) as partial:
            write(partial)
    except OSError as error:
        raise _unwritten(target, error) from None


def _unwritten(out: Path, error: OSError) -> QuestionError:
    why = error.strerror or " ".join(str(error).split())
    return QuestionError(f"--out {out}: cannot be written ({why}); choose another file")


def _writer(found: Answer, format: str, *, details: bool) -> Callable[[Path], None]:
    if format == "parquet":
        import pyarrow.parquet as pq

        return lambda file: pq.write_table(found.to_arrow(), file)
    text = _text(found, format, details=details)

    def write(file: Path) -> None:
        file.write_text(text, encoding="utf-8")

    return write


def _text(found: Answer, format: str, *, details: bool) -> str:
    if format == "json":
        return found.to_json() + "\n"
    if format == "csv":
        return found.to_csv()
    return found.table(details=details) + "\n"
