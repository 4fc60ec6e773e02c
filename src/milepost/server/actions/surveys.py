"""Surveys: begun, drafted, published, linked to, archived; what was asked is never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from milepost import clock
from milepost.errors import MilepostError
from milepost.programs.surveys.document import as_data, parse
from milepost.programs.surveys.errors import Fault, SurveyError
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.surveys.versions import asked, version_of
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Invitation, Member, Response, Survey, Version

# The column's length; a document alone may have a longer name.
LONGEST_NAME = 60
# Addresses of the survey pages themselves.
RESERVED = ("new", "upload")
_TOLD_APART = 50


class SurveyChangedError(MilepostError, RuntimeError):
    """Somebody else saved the survey since it was opened."""


class SurveyStateError(MilepostError, ValueError):
    """The survey is not in the state that this takes, such as published."""


def start(title: str, kind: str, *, by: Member | None) -> Survey:
    """A new draft of a ready type, with the shipped texts, under a free name made of its title."""
    with writing():
        name = _free_name(slugify(title)[:_TOLD_APART].strip("-_") or kind)
        return _made(parse({"name": name, "title": title, "type": kind}), by=by)


def save(
    survey: Survey, document: Document, *, touchpoint: str, seen: str, by: Member | None
) -> Survey:
    """Store a draft. `seen` is the `stamp` of the survey when it was opened.

    Raises SurveyChangedError if somebody saved it since, SurveyError for what cannot change.
    """

    def change(row: Survey) -> None:
        if stamp(row) != seen:
            raise SurveyChangedError(f"survey '{row.name}' was saved by somebody else; compare")
        _redraft(row, document)
        row.touchpoint = touchpoint

    return _changed(survey, change, verb="save_survey", by=by)


def take_in(document: Document, *, replacing: bool, by: Member | None) -> Survey:
    """Store a document from a file as a draft: a new survey, or where `replacing` over the draft there is.

    Raises SurveyError where the name is taken or what was asked forbids it.
    """
    with writing():
        found = Survey.objects.filter(name=document.name).first()
        if found is None:
            return _made(document, by=by)
        if not replacing:
            raise SurveyError([Fault("name", _taken(found))])
        return _changed(found, lambda row: _redraft(row, document), verb="save_survey", by=by)


def publish(
    survey: Survey, *, seen: str, note: str = "", marked: bool = False, by: Member | None = None
) -> Version:
    """Ask the draft from now on: a new version where a respondent is asked something else.

    Where only what follows the answers changed (thanks, closing date), the version stays and takes
    it over. Raises SurveyChangedError as `save` does, SurveyError for a draft that cannot be read.
    """
    with writing():
        row = Survey.objects.select_for_update().get(pk=survey.pk)
        if stamp(row) != seen:
            raise SurveyChangedError(f"survey '{row.name}' was changed meanwhile; look at it again")
        document = parse(row.document)
        if faults := _unsettling(row, document, document):
            raise SurveyError(faults)
        current = row.current
        if current and current.fingerprint == version_of(document):
            current.document = row.document
            current.save(update_fields=["document"])
        else:
            current = _version(row, document, note=note, marked=marked)
        row.current = current
        _touch(row)
        record("publish_survey", row, by, version=current.number)
    return current


def mark(version: Version, *, note: str, marked: bool, by: Member | None) -> None:
    """Mark a change of wording in the trend, or unmark it."""
    with writing():
        version.note, version.marked = note, marked
        version.save(update_fields=["note", "marked"])
        record("mark_version", version, by, marked=marked)


def switch_link(survey: Survey, on: bool, *, by: Member | None) -> Survey:
    """Open the link for anybody, or close it. SurveyStateError before anything is published."""

    def change(row: Survey) -> None:
        if on and (row.current is None or row.archived):
            raise SurveyStateError(
                _("survey '%(name)s' is not asked; publish it first") % {"name": row.name}
            )
        row.open_link = on

    return _changed(survey, change, verb="open_link" if on else "close_link", by=by)


def archive(survey: Survey, archived: bool, *, by: Member | None) -> Survey:
    """Put a survey away, so that every link says that it is closed; or bring it back."""

    def change(row: Survey) -> None:
        row.archived = archived

    verb = "archive_survey" if archived else "restore_survey"
    return _changed(survey, change, verb=verb, by=by)


def delete(survey: Survey, *, by: Member | None) -> None:
    """Remove a draft that was never asked. SurveyStateError where it was, or a program names it."""
    with writing():
        row = Survey.objects.select_for_update().get(pk=survey.pk)
        used = (
            _("survey '%(name)s' was published; archive it instead")
            if row.current
            else _("survey '%(name)s' is named by a program; archive it instead")
        ) % {"name": row.name}
        if row.current or row.programs.exists():
            raise SurveyStateError(used)
        record("delete_survey", row, by, name=row.name)
        try:
            row.delete()
        except ProtectedError:
            raise SurveyStateError(used) from None


def stamp(survey: Survey) -> str:
    """Which state of a survey one looks at; another after every saving."""
    return survey.updated_at.isoformat() if survey.updated_at else ""


def asked_before(survey: Survey) -> bool:
    """Whether somebody was asked or answered: from then on, anonymous stays as it is."""
    answered = Response.objects.filter(survey=survey, test=False).exists()
    return answered or Invitation.objects.filter(survey=survey, test=False).exists()


def _made(document: Document, *, by: Member | None) -> Survey:
    _check_name(document)
    made = Survey.objects.create(
        name=document.name,
        title=document.title,
        document=as_data(document),
        updated_at=clock.now(),
    )
    record("create_survey", made, by, type=document.type)
    return made


def _redraft(row: Survey, document: Document) -> None:
    before = parse(row.document)
    faults = [] if document.name == row.name else [Fault("name", "cannot be changed")]
    if document.type != before.type:
        faults.append(Fault("type", f"is {before.type} and cannot be changed; make a new survey"))
    faults += _unsettling(row, document, before)
    if faults:
        raise SurveyError(faults)
    row.document, row.title = as_data(document), document.title


def _unsettling(row: Survey, document: Document, before: Document) -> list[Fault]:
    """What people were promised when they were asked, and this would break."""
    settled = parse(row.current.document) if row.current else before
    if document.anonymous == settled.anonymous or not asked_before(row):
        return []
    words = "people were asked under the present setting; make a new survey"
    return [Fault("anonymous", words)]


def _version(row: Survey, document: Document, *, note: str, marked: bool) -> Version:
    last = row.versions.order_by("-number").first()
    return Version.objects.create(
        survey=row,
        number=last.number + 1 if last else 1,
        fingerprint=version_of(document),
        document=as_data(document),
        asked=asked(document),
        note=note,
        # The first wording changes nothing.
        marked=marked and last is not None,
    )


def _changed(
    survey: Survey, change: Callable[[Survey], None], *, verb: str, by: Member | None
) -> Survey:
    with writing():
        row = Survey.objects.select_for_update().get(pk=survey.pk)
        change(row)
        _touch(row)
        record(verb, row, by)
    return row


def _touch(row: Survey) -> None:
    # Two savings within a clock's tick must not look like one.
    row.updated_at = max(clock.now(), _after(row.updated_at))
    row.save()


def _after(moment: datetime | None) -> datetime:
    return moment + timedelta(microseconds=1) if moment else clock.now()


def _free_name(wanted: str) -> str:
    known = Survey.objects.filter(name__startswith=wanted).values_list("name", flat=True)
    taken = {*RESERVED, *known}
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def _check_name(document: Document) -> None:
    if len(document.name) > LONGEST_NAME:
        words = f"has {len(document.name)} characters; at most {LONGEST_NAME} are allowed"
        raise SurveyError([Fault("name", words)])
    if document.name in RESERVED:
        words = f"'{document.name}' is taken by Milepost; choose another name"
        raise SurveyError([Fault("name", words)])


def _taken(found: Survey) -> str:
    return f"'{found.name}' is the name of another survey; choose a free one, or replace its draft"
