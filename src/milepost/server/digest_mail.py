"""A digest as a mail: text, and a table with a picture that comes along, readable without it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from typing import Any

import css_inline
from django.template.loader import render_to_string

from milepost.channels.email import headers
from milepost.channels.email.mail import Envelope, Sender
from milepost.server.models import Company

PICTURE = "trend@milepost"


def digest_message(
    content: Mapping[str, Any], *, to: str, message_id: str, company: Company, sender: Sender
) -> EmailMessage:
    """The mail of what was written down for one recipient. Raises ChannelError."""
    message = headers.start(
        Envelope(
            sender=sender, to=to, message_id=message_id, subject=content["subject"],
            lang=content["lang"], brand=company.name, accent=company.accent,
        )
    )  # fmt: skip
    picture = base64.b64decode(content["picture"])
    message.set_content("\n".join(_lines(content)) + "\n")
    message.add_alternative(_markup(content, company, drawn=bool(picture)), subtype="html")
    if picture:
        shown = message.get_body(("html",))
        assert isinstance(shown, EmailMessage)
        shown.add_related(
            picture, "image", "png", cid=f"<{PICTURE}>", disposition="inline", filename="trend.png"
        )
    return message


def _markup(content: Mapping[str, Any], company: Company, *, drawn: bool) -> str:
    page = render_to_string(
        "mail/digest.html", {**content, "company": company, "drawn": drawn, "cid": PICTURE}
    )
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(page)


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    yield from (content["subject"], content["about"], *content["filters"], "")
    yield from content["sentences"]
    yield ""
    for row in content["rows"]:
        value = f"{row['value']} ({row['sure']})" if row["sure"] else row["value"]
        rest = [text for text in (row["change"], row["verdict"], row["target"]) if text]
        yield f"{row['place']}, {row['metric']}: {', '.join([value, *rest])}"
    yield from (
        "",
        f"{content['button']}: {content['url']}",
        "",
        content["off"],
        content["off_url"],
    )
