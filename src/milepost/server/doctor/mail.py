"""Mail: who sends, through whom, whether the mail server takes it, and whether the domain vouches for it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator

from django.db import DatabaseError

from milepost.channels.email import domain as judged
from milepost.channels.email.domain import Remark
from milepost.server.doctor.dns import NotLooked, texts
from milepost.server.doctor.findings import Finding, Grade
from milepost.server.doctor.place import is_local
from milepost.server.mail_backends import FOLDER, PROVIDERS
from milepost.server.models import Company
from milepost.server.settings import MAILS, Settings

_TIMEOUT = 5
_GRADES: dict[str, Grade] = {"good": "ok", "warning": "warning", "problem": "wrong"}
# Under which names providers and mail servers usually keep their keys.
SELECTORS = ("default", "mail", "dkim", "s1", "s2", "selector1", "selector2", "google", "k1", "k2", "k3", "pm", "20230601", "mg", "smtp", "krs", "mailo", "mlsend", "resend", "brevo1", "brevo2", "scph0920", "postal")  # fmt: skip


def sender(settings: Settings) -> Iterator[Finding]:
    """Whether mails have a sender."""
    address = _sender(settings)
    if not address:
        yield Finding(
            "sender",
            "wrong",
            "there is no sender address: set one on the settings page, or MILEPOST_MAIL_FROM",
        )
    elif "@" not in address or "." not in address.rpartition("@")[2]:
        yield Finding(
            "sender",
            "wrong",
            f"'{address}' is no address that mail can come from; write feedback@example.com",
        )
    else:
        yield Finding("sender", "ok", address)


def provider(settings: Settings) -> Iterator[Finding]:
    """Whether a provider that is named can be used."""
    name = settings.text("mail_provider")
    if name == "smtp":
        return
    if name == FOLDER:
        words = f"mails go into {settings.folder / MAILS} and reach nobody: set MILEPOST_MAIL_PROVIDER to smtp or a provider to ask people"
        yield Finding("mail provider", "warning", words)
    elif PROVIDERS[name][1] and not settings.text("mail_key"):
        yield Finding("mail provider", "wrong", f"{name} asks for a key: set MILEPOST_MAIL_KEY")
    elif PROVIDERS[name][2] and not settings.text("mail_domain"):
        yield Finding(
            "mail provider", "wrong", f"{name} asks for a domain: set MILEPOST_MAIL_DOMAIN"
        )
    elif ":" not in settings.text("mail_webhook_secret"):
        yield Finding(
            "mail provider",
            "warning",
            f"{name} cannot tell of bounces and complaints: set MILEPOST_MAIL_WEBHOOK_SECRET to user:password, and the same there",
        )
    else:
        yield Finding("mail provider", "ok", name)


def smtp(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server answers, lets us in, and takes mail from the sender."""
    if settings.text("mail_provider") != "smtp":
        return
    host = settings.text("smtp_host")
    if not host:
        yield Finding(
            "mail server",
            "wrong",
            "none is set, so no mail leaves: set MILEPOST_SMTP_HOST or MILEPOST_MAIL_PROVIDER",
        )
        return
    yield _tried(settings, host)
    if settings.text("smtp_security") == "none" and not is_local(host):
        yield Finding(
            "mail server",
            "warning",
            f"mails and password go to {host} in the open: set MILEPOST_SMTP_SECURITY to starttls",
        )


def _tried(settings: Settings, host: str) -> Finding:
    where = f"{host}, port {settings.text('smtp_port')}"
    try:
        with _connected(settings, host) as server:
            if settings.text("smtp_security") == "starttls":
                server.starttls(context=ssl.create_default_context())
            if user := settings.text("smtp_user"):
                server.login(user, settings.text("smtp_password"))
            server.ehlo_or_helo_if_needed()
            address = _sender(settings)
            code, said = server.mail(address) if address else (250, b"")
            server.rset()
    except smtplib.SMTPAuthenticationError:
        return Finding(
            "mail server",
            "wrong",
            f"{where} refuses the login: see MILEPOST_SMTP_USER and its password",
        )
    except smtplib.SMTPNotSupportedError as error:
        return Finding("mail server", "wrong", f"{where}: {error}; see MILEPOST_SMTP_SECURITY")
    except ssl.SSLError as error:
        return Finding(
            "mail server",
            "wrong",
            f"{where}: no encryption could be agreed on ({error.reason}); see MILEPOST_SMTP_SECURITY and the server's certificate",
        )
    except (OSError, smtplib.SMTPException) as error:
        said_so = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Finding(
            "mail server",
            "wrong",
            f"{where} cannot be used: {said_so}; see MILEPOST_SMTP_HOST and MILEPOST_SMTP_PORT",
        )
    if code != 250:
        return Finding(
            "mail server",
            "wrong",
            f"{where} refuses mail from {address} ({code} {said.decode(errors='replace')}): use a sender it allows",
        )
    return Finding("mail server", "ok", where)


def _connected(settings: Settings, host: str) -> smtplib.SMTP:
    port = settings.whole("smtp_port")
    if settings.text("smtp_security") == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=_TIMEOUT)


def records(settings: Settings) -> Iterator[Finding]:
    """What the sender's domain says of its mail, where it can be looked up."""
    name = _sender(settings).rpartition("@")[2]
    if settings.text("mail_provider") == FOLDER or "." not in name or is_local(name):
        return
    try:
        found = texts(name)
        if found is None:
            yield Finding(
                "DNS", "wrong", f"the domain {name} does not exist: see the sender address"
            )
            return
        remarks = [*judged.spf(found), *_dkim(name), *judged.dmarc(texts(f"_dmarc.{name}") or ())]
    except NotLooked as error:
        yield Finding(
            "DNS",
            "warning",
            f"SPF, DKIM and DMARC of {name} could not be looked up here ({error}): look yourself",
        )
        return
    yield from (
        Finding("DNS", _GRADES[remark.level], f"{name}: {remark.text}") for remark in remarks
    )


def _dkim(name: str) -> Iterator[Remark]:
    """The key cannot be asked for without its selector: the usual ones are tried."""
    keys = ((selector, texts(f"{selector}._domainkey.{name}")) for selector in SELECTORS)
    for selector, found in keys:
        if found and any("p=" in record for record in found):
            yield from judged.dkim(found, selector=selector)
            return
    yield Remark(
        "warning",
        "no DKIM key under the usual selectors: send yourself a mail, and see that its source says dkim=pass",
    )


def _sender(settings: Settings) -> str:
    try:
        found = Company.objects.values_list("sender_address", flat=True).first()
    except DatabaseError:
        found = None
    return found or settings.text("mail_from")
