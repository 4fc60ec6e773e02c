"""How mail leaves: SMTP, a provider that django-anymail knows, or a folder, as Django's settings name it."""

from __future__ import annotations

from typing import Any

from milepost.errors import hint
from milepost.server.settings import SettingError, Settings

# Mails are written into a folder, for trying out.
FOLDER = "folder"
# Each provider's backend in django-anymail, and the names under which it takes key and domain.
PROVIDERS = {
    "brevo": ("brevo", "BREVO_API_KEY", None),
    "mailersend": ("mailersend", "MAILERSEND_API_TOKEN", None),
    "mailgun": ("mailgun", "MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": ("mailjet", "MAILJET_API_KEY", None),
    "postal": ("postal", "POSTAL_API_KEY", "POSTAL_API_URL"),
    "postmark": ("postmark", "POSTMARK_SERVER_TOKEN", None),
    "resend": ("resend", "RESEND_API_KEY", None),
    "sendgrid": ("sendgrid", "SENDGRID_API_KEY", None),
    "sparkpost": ("sparkpost", "SPARKPOST_API_KEY", None),
}


def mail(settings: Settings) -> dict[str, Any]:
    """Django's mail settings. Raises SettingError for a provider that nobody knows."""
    provider = settings.text("mail_provider")
    if provider == "smtp":
        return _smtp(settings)
    if provider == FOLDER:
        return {"EMAIL_BACKEND": "milepost.server.mail_folder.EmailBackend", "ANYMAIL": {}}
    if provider not in PROVIDERS:
        known = ("smtp", FOLDER, *PROVIDERS)
        raise SettingError(f"mail_provider: '{provider}' is unknown{hint(provider, known)}")
    module, key, domain = PROVIDERS[provider]
    anymail = {"WEBHOOK_SECRET": settings.text("mail_webhook_secret") or None}
    if key:
        anymail[key] = settings.text("mail_key")
    if domain:
        anymail[domain] = settings.text("mail_domain")
    return {"EMAIL_BACKEND": f"anymail.backends.{module}.EmailBackend", "ANYMAIL": anymail}


def _smtp(settings: Settings) -> dict[str, Any]:
    security = settings.text("smtp_security")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": settings.text("smtp_host"),
        "EMAIL_PORT": settings.whole("smtp_port"),
        "EMAIL_HOST_USER": settings.text("smtp_user"),
        "EMAIL_HOST_PASSWORD": settings.text("smtp_password"),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": settings.whole("smtp_timeout"),
        "ANYMAIL": {"WEBHOOK_SECRET": settings.text("mail_webhook_secret") or None},
    }
