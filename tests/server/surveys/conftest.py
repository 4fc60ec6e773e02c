"""A survey that is drafted, one that is published, and the form of either as a browser sends it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from milepost import clock
from milepost.programs.surveys.document import as_data, parse
from milepost.server.actions import surveys as actions
from milepost.server.models import Company, Response, Survey

Draft = Callable[..., Survey]
Answer = Callable[..., Response]


@pytest.fixture
def draft(company: Company) -> Draft:
    """Makes a draft of a document's fields."""

    def make(**document: Any) -> Survey:
        data = {"name": "survey", "title": "A survey", "type": "nps", **document}
        return actions.take_in(parse(data), replacing=False, by=None)

    return make


@pytest.fixture
def published(draft: Draft) -> Draft:
    """Makes a survey that is asked, with its open link on."""

    def make(**document: Any) -> Survey:
        survey = draft(**document)
        actions.publish(survey, seen=actions.stamp(survey))
        return actions.switch_link(survey, True, by=None)

    return make


@pytest.fixture
def answer() -> Answer:
    """Gives a counted answer to a survey as it is asked now."""

    def make(survey: Survey, score: int = 9, **fields: Any) -> Response:
        day = clock.now().astimezone(datetime.UTC).date()
        return Response.objects.create(
            survey=survey, version=survey.current, score=score, day=day, state="complete", **fields
        )

    return make


class _Form(HTMLParser):
    """Reads the fields of the form `survey` as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        self._inside = self._inside or (tag == "form" and given.get("id") == "survey")
        if not self._inside or "disabled" in given:
            return
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio"):
            self.fields.append((name, given.get("value", "")))
        elif tag == "input" and name and "checked" in given:
            self.fields.append((name, given.get("value", "on")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._area = name
            self.fields.append((name, ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            name, text = self.fields[-1]
            self.fields[-1] = (name, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "form":
            self._inside = False


def form_of(html: str) -> QueryDict:
    """The survey form of a page as it would be sent."""
    reader = _Form()
    reader.feed(html)
    sent = QueryDict(mutable=True)
    for name, value in reader.fields:
        sent.appendlist(name, value)
    return sent


def sent(client: Client, survey: Survey, **changes: Any) -> QueryDict:
    """The survey's form with some fields changed; `None` leaves one out."""
    form = form_of(client.get(f"/surveys/{survey.name}/edit").content.decode())
    return changed(form, **changes)


def changed(form: QueryDict, **changes: Any) -> QueryDict:
    """A form with other values: a list is several of one name."""
    for name, value in changes.items():
        if value is None:
            form.pop(name, None)
        elif isinstance(value, list):
            form.setlist(name, value)
        else:
            form[name] = value
    return form


def post(client: Client, path: str, form: QueryDict) -> Any:
    """Send a form as a browser does."""
    return client.post(path, form.urlencode(), content_type="application/x-www-form-urlencoded")


def stored(survey: Survey) -> dict[str, Any]:
    """The draft as it is stored now."""
    return as_data(parse(Survey.objects.get(pk=survey.pk).document))
