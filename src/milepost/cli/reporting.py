"""`milepost report`: the scorecard with its trends, segments, data and definitions in one file."""

from __future__ import annotations

from pathlib import Path

from milepost.cli import running
from milepost.cli.guarding import refuse_own
from milepost.cli.measuring import save, target_of
from milepost.engine.project import open_project
from milepost.engine.question import Question
from milepost.errors import QuestionError


def report(plan: Path, question: Question, *, out: Path, pdf: bool) -> None:
    """Write the report to `out`, and print it beside that. Raises QuestionError, DataError, PlanError."""
    from milepost.charts.report.contents import Report
    from milepost.charts.report.page import page
    from milepost.charts.report.pdf import browser, print_pdf
    from milepost.insight.answering import made_of

    if out.suffix.lower() == ".pdf":
        raise QuestionError(
            f"--out {out}: the report is HTML; name it {out.with_suffix('.html').name}, and add --pdf"
            " for a PDF beside it"
        )
    program = browser() if pdf else None
    target = target_of(out)
    project = open_project(plan)
    files = [target, target.with_suffix(".pdf")] if program else [target]
    for file in files:
        refuse_own(file, project)
    with running.progress() as show:
        contents = made_of(project, Report(question).answer, progress=show)
        show("report", "drawing", 0)
        text = page(contents)
    save(target, lambda file: _write(file, text))
    if program:
        save(files[1], lambda file: print_pdf(target, file, program=program))
    running.write("".join(f"{file}\n" for file in files))


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
