"""A project folder with the starter plan beside a server: what is answered there, and what is measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import LazySettings
from typer.testing import CliRunner

import milepost as mp
from milepost import clock
from milepost.cli.commands import app
from milepost.engine import facts
from milepost.engine.project import open_project
from milepost.insight.notebook import Opened
from milepost.plan.starter import starter
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.steps import THANKS
from milepost.programs.surveys.versions import version_of
from milepost.programs.suspicion import Evidence
from milepost.server.actions.answers import keep
from milepost.server.actions.marking import mark
from milepost.server.actions.merging import Posted
from milepost.server.models import Invitation, Person, Response, Survey, Version
from milepost.server.queries.asked import Asked, document_of
from milepost.server.queries.facts import FACTS
from milepost.server.worker.refreshing import refresh

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
AT = datetime(2026, 10, 7, 9, tzinfo=UTC)
MACHINE = Evidence(decoy_fetched=True, since_delivery=3.0)
_number = count()


@dataclass
class Place:
    """A company's folder. Everything asked and answered goes through the server's own actions."""

    folder: Path
    surveys: dict[str, Survey] = field(default_factory=dict)

    def plan(self, old: str, new: str) -> None:
        """Change a piece of the plan."""
        file = self.folder / "milepost.yaml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    def survey(self, name: str = "recommend", touchpoint: str = "", **document: Any) -> Survey:
        """A published survey with its own link."""
        data = {"name": name, "title": name, "type": "nps", **document}
        made = Survey.objects.create(
            name=name, title=name, document=data, open_link=True, touchpoint=touchpoint
        )
        made.current = Version.objects.create(
            survey=made, number=1, fingerprint=version_of(parse(data)), document=data
        )
        made.save()
        return made

    def person(self, **fields: Any) -> Person:
        """A new customer."""
        number = next(_number)
        return Person.objects.create(**{"external_id": f"k-{number}", "joined_at": AT, **fields})

    def invited(self, survey: Survey, **fields: Any) -> Invitation:
        """A sent invitation of somebody, marked as sending does."""
        person = fields.pop("person", None) or self.person()
        given = {"state": "sent", "due_at": AT, "sent_at": AT, **fields}
        assert survey.current
        mark("invitations", given["sent_at"].date())
        return Invitation.objects.create(
            survey=survey, version=survey.current, person=person, **given
        )

    def answered(
        self,
        survey: Survey,
        first: object,
        *,
        invitation: Invitation | None = None,
        at: datetime = AT + timedelta(hours=5),
        nonce: str | None = None,
        evidence: Evidence = Evidence(comment=True),  # noqa: B008 -- frozen
        **fields: str | list[str],
    ) -> Response:
        """An answer with all that is given, page after page."""
        assert survey.current
        document = document_of(survey.current)
        asked = Asked(survey, survey.current, document, invitation)
        form: dict[str, Any] = {document.kind.field: str(first), **fields}
        posted = Posted(
            nonce=nonce or f"nonce-{next(_number)}", step="first", form=form, evidence=evidence
        )
        with clock.at(at):
            kept = keep(asked, posted)
            while kept.after.name != THANKS and kept.response and not kept.flaws:
                posted = replace(posted, step=kept.after.name)
                kept = keep(asked, posted)
        assert kept.response, kept.flaws
        return kept.response

    def asked(self, survey: Survey, first: object, **given: Any) -> Response:
        """An answer to an invitation of its own; `person`, `attributes` and such are of the asking."""
        about = {
            name: given.pop(name)
            for name in ("person", "attributes", "touchpoint", "channel", "sent_at", "test")
            if name in given
        }
        return self.answered(survey, first, invitation=self.invited(survey, **about), **given)

    def refresh(self) -> None:
        """What the worker does."""
        for fact in FACTS:
            refresh(fact)

    @property
    def project(self) -> Opened:
        """The folder, opened for measuring."""
        return mp.open(self.folder / "milepost.yaml")

    def rows(self, source: str = "answers") -> list[dict[str, Any]]:
        """The rows of a source as the engine keeps them, after a refresh."""
        self.refresh()
        built = facts.refresh(open_project(self.folder / "milepost.yaml")).built[source]
        assert built.account.adds_up
        assert built.account.rows == built.account.records, built.account
        found: list[dict[str, Any]] = pq.read_table(
            self.folder / "store" / "facts" / built.file
        ).to_pylist()
        return found

    def measured(self, metric: str, **asked: Any) -> dict[tuple[object, ...], tuple[Any, ...]]:
        """Value and n by touchpoint and cut, after a refresh, over all time."""
        self.refresh()
        with clock.at(NOW):
            found = self.project.measure(metric, every="all", **asked)
        return {(cell.touchpoint, *cell.by.values()): (cell.value, cell.n) for cell in found.cells}

    def command(self, *words: str) -> Mapping[str, Any]:
        """What a command prints as JSON."""
        with clock.at(NOW):
            done = CliRunner().invoke(app, [*words, "--format", "json"])
        assert done.exit_code == 0, done.output
        found: Mapping[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def place(
    company: object, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """A company in an empty folder."""
    text = starter("Northwind", timezone="Europe/Copenhagen")
    (tmp_path / "milepost.yaml").write_text(f"{text}\nprivacy: {{min_group: 1}}\n", "utf-8")
    settings.MILEPOST = replace(settings.MILEPOST, folder=tmp_path)
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path)
