"""What the panel beside a survey lets one look at: pages, answers before them, languages; and its mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from milepost.channels.email import plain
from milepost.channels.email.compose import invitation_html
from milepost.channels.email.mail import Mail, Sender
from milepost.channels.errors import ChannelError
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.steps import steps
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.access import Route
from milepost.server.mailing import invitation_mail, sender_of
from milepost.server.models import Company, Survey
from milepost.server.queries.specimens import answers, specimen, specimen_message, taken_for
from milepost.server.queries.surveys import language_name
from milepost.server.web.page import page

Pair = tuple[str, str]
_PAGES = {
    "first": gettext_lazy("First question"),
    "why": gettext_lazy("Follow-up"),
    "thanks": gettext_lazy("Thanks"),
}
# A mail's look is in the mail itself; nothing in it runs or is fetched.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
_MAILS = (
    ("interval", gettext_lazy("Asked at an interval")),
    ("event", gettext_lazy("Asked after an event")),
    ("reminder", gettext_lazy("The reminder")),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """The choices of the preview."""

    pages: Sequence[Pair]
    answers: Sequence[Pair]
    locales: Sequence[Pair]


def panel(document: Document) -> Panel:
    """What can be looked at of a survey."""
    names = answers(document)
    reached = [
        step.name for name in names or [""] for step in steps(document, taken_for(document, name))
    ]
    order = sorted(dict.fromkeys(reached), key=lambda name: (name == "thanks", name))
    return Panel(
        pages=[(name, _page(name)) for name in order],
        answers=[(name, _(name) if name else "") for name in names],
        locales=[(each, language_name(each)) for each in document.locales],
    )


@require_GET
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """The mail of the draft in a language: as mail programs draw it, and its text."""
    survey = get_object_or_404(Survey, name=name)
    locale, kind = _chosen(request, survey)
    try:
        text, wrong = plain.invitation(_mail(survey, locale, kind)), ""
    except ChannelError as error:
        text, wrong = "", str(error)
    return page(
        request, "web/surveys/mail.html", title=_("Mail of %(title)s") % {"title": survey.title}, here="surveys",
        survey=survey, locale=locale, kind=kind, kinds=_MAILS, text=text, wrong=wrong,
        subject="" if wrong else _mail(survey, locale, kind).subject,
        locales=panel(parse(survey.document)).locales,
    )  # fmt: skip


@require_GET
def mail_markup(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's own markup, for the frame on its page."""
    survey = get_object_or_404(Survey, name=name)
    locale, kind = _chosen(request, survey)
    try:
        markup = invitation_html(_mail(survey, locale, kind))
    except ChannelError as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8", status=422)
    return HttpResponse(markup, headers={"Content-Security-Policy": _MAIL_POLICY})


def _mail(survey: Survey, locale: str, kind: str) -> Mail:
    company = Company.load()
    asked = specimen(survey, parse(survey.document), locale, event=kind == "event")
    message = specimen_message(asked, reminder=kind == "reminder")
    # Until there is a sender, the mail is shown all the same.
    sender = sender_of(company) or Sender(name=company.name, address="feedback@example.com")
    return invitation_mail(message, company=company, sender=sender)


def _chosen(request: HttpRequest, survey: Survey) -> Pair:
    offered = parse(survey.document).locales
    locale, kind = request.GET.get("l", ""), request.GET.get("kind", "")
    known = [name for name, words in _MAILS]
    return locale if locale in offered else offered[0], kind if kind in known else known[0]


def _page(name: str) -> str:
    if name in _PAGES:
        return str(_PAGES[name])
    return _("Further questions, page %(number)s") % {"number": name.rpartition("-")[2]}


ROUTES = (
    Route("surveys/<slug:name>/mail", mail, "survey_mail", "see"),
    Route("surveys/<slug:name>/mail/markup", mail_markup, "survey_mail_markup", "see"),
)
