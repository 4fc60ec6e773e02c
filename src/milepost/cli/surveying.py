"""`milepost survey`: a survey as a file, out of the server's database and into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from milepost.cli import running
from milepost.errors import QuestionError, UnknownName

survey = typer.Typer(help="Surveys as files.")

FolderOption = Annotated[Path, typer.Option("--folder", help="The project folder.")]
_FOLDER = Path()


@survey.command("export")
def export(
    name: Annotated[str, typer.Argument(help="The survey's name.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write this file instead.")
    ] = None,
    folder: FolderOption = _FOLDER,
) -> None:
    """Write a survey's draft as JSON."""
    _open(folder)
    from milepost.programs.surveys.document import as_data, parse
    from milepost.server.models import Survey

    names = dict(Survey.objects.values_list("name", "document"))
    if name not in names:
        raise UnknownName("survey", name, names)
    text = json.dumps(as_data(parse(names[name])), ensure_ascii=False, indent=2)
    _write(f"{text}\n", out)


@survey.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="JSON, as export writes it.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the draft of the survey of that name.")
    ] = False,
    folder: FolderOption = _FOLDER,
) -> None:
    """Take a survey's file in as a draft; nothing is stored of one with a mistake."""
    _open(folder)
    from milepost.programs.surveys.errors import SurveyError
    from milepost.server.actions.surveys import take_in as keep
    from milepost.server.forms.survey_files import LARGEST, read_file

    try:
        with file.open("rb") as handle:
            # One byte more tells that it is too large, without reading all of it.
            content = handle.read(LARGEST + 1)
    except OSError as error:
        raise QuestionError(f"{file}: {error.strerror}; name a survey's file") from None
    try:
        made = keep(read_file(content), replacing=replace, by=None)
    except SurveyError as wrong:
        for fault in wrong.faults:
            running.refuse(f"{file}: {fault}")
        raise typer.Exit(running.WRONG_PLAN) from None
    running.write(f"{made.name}: kept as a draft; publish it on its page\n")


def _open(folder: Path) -> None:
    from milepost.server.opening import open_server, require_migrated

    open_server(folder)
    require_migrated()


def _write(text: str, out: Path | None) -> None:
    if out is None:
        running.write(text)
        return
    from milepost.files import write_text

    try:
        write_text(out, text)
    except OSError as error:
        raise QuestionError(f"--out {out}: {error.strerror}; name another file") from None
