"""What mail providers tell of our mails: delivered, come back, complained about; by their own secret only."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from anymail.signals import tracking  # type: ignore[import-untyped]
from django.conf import settings
from django.dispatch import receiver

from milepost import clock
from milepost.channels.email.verdict import classify
from milepost.server.access import Route
from milepost.server.actions import delivery
from milepost.server.mail_backends import PROVIDERS
from milepost.server.models import Message

# A provider's word that the address is dead; else the receiver's reply decides.
_DEAD = ("invalid", "bounced")


@receiver(tracking, dispatch_uid="milepost.tracking")
def heard(sender: Any, event: Any, **_: Any) -> None:
    """Record one event of a provider about a mail of ours; of others nothing is done."""
    message = delivery.message_of(event.message_id or "")
    if message is not None:
        _take(message, event)


def _take(message: Message, event: Any) -> None:
    match event.event_type:
        case "delivered":
            delivery.delivered(message, event.timestamp or clock.now())
        case "bounced" | "rejected":
            said = event.mta_response or event.description or ""
            delivery.bounced(message, hard=_hard(event, said), reason=said or event.event_type)
        case "complained":
            delivery.complained(message)
        case "unsubscribed":
            delivery.unsubscribed(message)


def _hard(event: Any, said: str) -> bool:
    verdict = classify(550 if event.event_type == "bounced" else None, text=said)
    if verdict.kind == "permanent":
        return True
    return not said and event.reject_reason in _DEAD


def _routes() -> tuple[Route, ...]:
    """The tracking address of the provider in use; none without a secret: anybody could post."""
    own = settings.MILEPOST
    provider = own.text("mail_provider")
    user, _, password = own.text("mail_webhook_secret").partition(":")
    if provider not in PROVIDERS or not user or not password:
        return ()
    views = import_module(f"anymail.webhooks.{provider}")
    view = next(
        found for name, found in vars(views).items() if name.endswith("TrackingWebhookView")
        and found.__module__ == views.__name__
    )  # fmt: skip
    return (Route(f"webhooks/mail/{provider}/tracking/", view.as_view(), "mail_webhook", None),)


ROUTES = _routes()
