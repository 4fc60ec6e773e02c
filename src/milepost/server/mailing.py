"""What a mail says: invitations and their reminders from what was asked, notices from what they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from milepost.channels import link
from milepost.channels.email.compose import compose_notice
from milepost.channels.email.mail import Drawn, Mail, Notice, Option, Role, Sender
from milepost.programs.surveys.spoken import Spoken, SpokenQuestion, spoken
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.surveys.voice import Voice
from milepost.server.addresses import absolute
from milepost.server.digest_mail import digest_message
from milepost.server.models import Company, Invitation, Member, Message, Response
from milepost.server.models import Notice as NoticeRow
from milepost.server.queries.asked import Asked, document_of

REMINDER = 2
_DRAWN: dict[str, Drawn] = {
    "scale": "scale", "stars": "stars", "smileys": "smileys", "thumbs": "thumbs",
    "options": "options", "text": "text",
}  # fmt: skip
# Colours for a colleague who has to see at once whether it is bad news.
_ROLES: Mapping[str | None, Role] = {
    "promoter": "high", "top": "high", "passive": "middle", "middle": "middle",
    "detractor": "low", "bottom": "low",
}  # fmt: skip


def sender_of(company: Company) -> Sender | None:
    """Whom mails come from: the company's sender, else the setting `mail_from`; None: there is none."""
    address = company.sender_address or settings.MILEPOST.text("mail_from")
    if not address:
        return None
    return Sender(
        name=company.sender_name or company.name, address=address, reply_to=company.reply_to
    )


def message_id(key: object, sender: Sender) -> str:
    """The Message-ID of a row: its key at the sender's domain."""
    return f"<{key}@{sender.address.rpartition('@')[2].lower()}>"


def invitation_mail(message: Message, *, company: Company, sender: Sender) -> Mail:
    """An invitation or its reminder as a mail, in the words of the version that is asked.

    Raises ChannelError for what cannot be sent as it is. Reads no table beyond the message's own
    invitation, person, survey, version and program.
    """
    invitation = message.invitation
    asked = Asked(
        invitation.survey, invitation.version, document_of(invitation.version), invitation
    )
    said = spoken(asked.document, invitation.locale, _values(asked, company))
    reminder = message.ordinal == REMINDER
    base = link.base(settings.MILEPOST.text("url"))
    return Mail(
        sender=sender,
        to=invitation.person.email or "",
        to_name=invitation.person.name,
        message_id=message_id(message.key, sender),
        subject=_subject(said, reminder=reminder),
        lang=said.voice.lang,
        direction=said.voice.direction,
        brand=asked.document.company or company.name,
        accent=company.accent,
        preheader=said.first.text,
        footer=_footer(said.voice, _kind(invitation, asked.document), company),
        greeting=said.voice.say("mail.greeting"),
        intro=_intro(said.voice, invitation, asked.document, reminder=reminder),
        question=said.first.text,
        drawn=_DRAWN[said.first.drawn],
        options=_options(said.first, base, invitation.token, said.voice),
        low=said.first.low,
        high=said.first.high,
        unsubscribe_label=said.voice.say("mail.unsubscribe"),
        unsubscribe_url=link.unsubscribe(base, invitation.token),
        one_click_url=link.unsubscribe(base, invitation.token),
        view_label=said.voice.say("mail.view"),
        view_url=link.personal(base, invitation.token),
        decoy_url=link.decoy(base, invitation.token),
    )


def notice_message(notice: NoticeRow, *, company: Company, sender: Sender) -> EmailMessage:
    """A notice as the message that is sent. LookupError where what it tells of is gone."""
    if notice.kind == "digest":
        return digest_message(
            notice.content, to=notice.to, message_id=message_id(notice.key, sender),
            company=company, sender=sender,
        )  # fmt: skip
    return compose_notice(notice_mail(notice, company=company, sender=sender))


def notice_mail(notice: NoticeRow, *, company: Company, sender: Sender) -> Notice:
    """A mail to a colleague: a letter as it was written down, or an alert of a response as it now stands.

    LookupError where what it tells of is gone.
    """
    with override(_language(notice.to)):
        told = _alert(notice) if notice.kind == "alert" else _letter(notice.content)
    return Notice(
        sender=sender,
        to=notice.to,
        message_id=message_id(notice.key, sender),
        brand=company.name,
        accent=company.accent,
        **told,
    )


def _values(asked: Asked, company: Company) -> dict[str, object]:
    usual = {} if asked.document.company else {"company": company.name}
    return {**asked.values, **usual}


def _subject(said: Spoken, *, reminder: bool) -> str:
    if not reminder:
        return said.subject
    return said.voice.say("mail.reminder.subject", subject=said.subject)


def _intro(voice: Voice, invitation: Invitation, document: Document, *, reminder: bool) -> str:
    if reminder:
        lines = [voice.say("mail.reminder.intro"), voice.say("mail.reminder.last")]
    else:
        many = "few_questions" if document.further else "one_question"
        lines = [
            voice.say(f"mail.intro.{_kind(invitation, document)}"),
            voice.say(f"mail.{many}"),
        ]
    if document.anonymous:
        lines.append(voice.say("mail.anonymous"))
    return "\n".join(lines)


def _kind(invitation: Invitation, document: Document) -> str:
    """Why somebody gets a mail, as intro and footer tell it."""
    if document.kind.audience == "employee":
        return "employee"
    if invitation.program is not None:
        return invitation.program.kind
    return "transactional" if invitation.event_id else "relationship"


def _footer(voice: Voice, kind: str, company: Company) -> tuple[str, ...]:
    lines = (voice.say(f"mail.footer.{kind}"), company.postal_address)
    return tuple(text for text in lines if text)


def _options(question: SpokenQuestion, base: str, token: str, voice: Voice) -> tuple[Option, ...]:
    if question.drawn == "text":
        words = voice.say("mail.open")
        return (Option(value="", label=words, aria=words, url=link.personal(base, token)),)
    return tuple(
        Option(
            value=each.value, label=each.label, aria=each.aria,
            url=link.personal(base, token, score=each.value),
        )
        for each in question.options
    )  # fmt: skip


def _language(address: str) -> str:
    """The language that the colleague of an address has chosen."""
    chosen = Member.objects.filter(email=address).values_list("locale", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def _letter(content: Mapping[str, Any]) -> dict[str, Any]:
    button = content.get("button") or {}
    return {
        "subject": content["subject"],
        "title": content["subject"],
        "text": "\n\n".join(content.get("lines", ())),
        "button": button.get("label", ""),
        "url": button.get("url", ""),
    }


def _alert(notice: NoticeRow) -> dict[str, Any]:
    pk = notice.content.get("response")
    response = (
        Response.objects.select_related("person", "survey", "version")
        .filter(pk=pk, anonymous=False)
        .first()
    )
    if response is None:
        raise LookupError("the answer is gone")
    document = document_of(response.version)
    who = str(response.person) if response.person else _("Somebody")
    score = "" if response.score is None else str(response.score)
    title = _title(response, score) % {"who": who, "score": score}
    return {
        "subject": f"{title}: {response.survey.title}",
        "title": title,
        "score": score,
        "role": _role(document, response.score),
        "words": response.comment or response.answer,
        "facts": _facts(response),
        "button": _("Open the answer"),
        "url": absolute("response", response.key),
    }


def _title(response: Response, score: str) -> str:
    if response.call_me:
        return _("%(who)s asks to be called")
    return _("%(who)s gave %(score)s") if score else _("%(who)s gave an answer")


def _role(document: Document, score: int | None) -> Role:
    found = None if score is None else document.kind.class_of(score)
    return _ROLES.get(found, "plain")


def _facts(response: Response) -> tuple[tuple[str, str], ...]:
    person = response.person
    told = (
        (_("Person"), str(person) if person else ""),
        (_("E-mail"), (person.email if person else "") or ""),
        (_("Phone"), response.phone or (person.phone if person else "") or ""),
        (_("Wants to be called"), _("yes") if response.call_me else ""),
        (_("Survey"), response.survey.title),
        (_("Touchpoint"), response.touchpoint),
    )
    event = response.invitation.attributes if response.invitation else {}
    details = tuple((str(name), str(value)) for name, value in event.items() if value is not None)
    return (*(pair for pair in told if pair[1]), *details)
