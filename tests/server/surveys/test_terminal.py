"""`milepost survey`: files out of the database and into it, mistakes in one line each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from django.conf import settings

from milepost.cli.surveying import export, take_in
from milepost.errors import MilepostError
from milepost.server.models import Company, Survey
from tests.server.surveys.conftest import Draft, stored
from tests.server.surveys.test_editing import FULL

pytestmark = pytest.mark.django_db


def test_a_survey_goes_out_and_comes_back(
    draft: Draft, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey = draft(**FULL)
    before, file = stored(survey), tmp_path / "full.json"

    export("full", out=file, folder=settings.FOLDER)
    survey.delete()
    take_in(file, folder=settings.FOLDER)

    assert stored(Survey.objects.get()) == before
    assert "full: kept as a draft" in capsys.readouterr().out
    export("full", folder=settings.FOLDER)
    assert json.loads(capsys.readouterr().out) == before


def test_a_taken_name_is_kept_unless_replacing_is_said(
    draft: Draft, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey, file = draft(), tmp_path / "survey.json"
    file.write_text(json.dumps({**stored(survey), "title": "Other"}))

    with pytest.raises(typer.Exit):
        take_in(file, folder=settings.FOLDER)
    assert "is the name of another survey" in capsys.readouterr().err
    assert stored(survey)["title"] == "A survey"
    take_in(file, replace=True, folder=settings.FOLDER)
    assert stored(survey)["title"] == "Other"


def test_a_wrong_file_tells_every_mistake_a_line_each(
    company: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"name": "A b", "type": "npz", "title": "", "why": "maybe"}))

    with pytest.raises(typer.Exit) as told:
        take_in(file, folder=settings.FOLDER)

    lines = capsys.readouterr().err.splitlines()
    assert told.value.exit_code == 2
    assert [line.split(": ")[2] for line in lines] == ["type", "name", "title", "why"]
    assert "did you mean 'nps'" in lines[0]
    assert Survey.objects.count() == 0


@pytest.mark.parametrize("made", ["absent", "folder"])
def test_a_file_that_cannot_be_read_is_told(made: str, company: Company, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    if made == "folder":
        file.mkdir()

    with pytest.raises(MilepostError, match="name a survey's file"):
        take_in(file, folder=settings.FOLDER)


def test_an_unknown_name_is_told_with_the_nearest(draft: Draft) -> None:
    draft()

    with pytest.raises(MilepostError, match="did you mean 'survey'"):
        export("survy", folder=settings.FOLDER)
