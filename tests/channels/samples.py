"""A mail to every taste: invitations of each kind of question, an alert, a poster."""

from __future__ import annotations

from typing import Any

from milepost.channels.email.mail import Drawn, Mail, Notice, Option, Sender

BASE = "https://ask.example.com"
TOKEN = "k3Jd8sPq2LmN4vXz7RtY9wBc"
SENDER = Sender(name="Nordlys Hotels", address="ask@nordlys.example", reply_to="hi@nordlys.example")
MESSAGE_ID = "<0192f3b4-7c1a-7d2e-9f00-1234567890ab@ask.nordlys.example>"


def options(labels: list[str], *, first: int = 1) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(value), label=label, aria=label, url=f"{BASE}/a/{TOKEN}?v={value}")
        for value, label in enumerate(labels, first)
    )


NPS = options([str(score) for score in range(11)], first=0)


def mail(**changed: Any) -> Mail:
    given: dict[str, Any] = {
        "sender": SENDER,
        "to": "anna@example.org",
        "to_name": "Anna Østergård",
        "message_id": MESSAGE_ID,
        "subject": "Anna, how was your stay?",
        "brand": "Nordlys Hotels",
        "preheader": "One question, one tap.",
        "greeting": "Hi Anna,",
        "intro": "You stayed with us last week.",
        "question": "How likely are you to recommend us to a friend or colleague?",
        "drawn": "scale",
        "options": NPS,
        "low": "Not at all likely",
        "high": "Extremely likely",
        "footer": ("You get this mail because you stayed with us.", "Havnegade 1, 8000 Aarhus C"),
        "unsubscribe_label": "Do not ask me again",
        "unsubscribe_url": f"{BASE}/u/{TOKEN}",
        "one_click_url": f"{BASE}/u/{TOKEN}",
        "view_label": "View in the browser",
        "view_url": f"{BASE}/a/{TOKEN}",
        "decoy_url": f"{BASE}/m/{TOKEN}",
    }
    return Mail(**given | changed)


def drawn(kind: Drawn, labels: list[str], *, first: int = 1) -> Mail:
    return mail(drawn=kind, options=options(labels, first=first))


EVERY_KIND = {
    "nps": mail(),
    "ces2": drawn("scale", [str(score) for score in range(1, 8)]),
    "csat": drawn("scale", [str(score) for score in range(1, 6)]),
    "stars": drawn("stars", [str(score) for score in range(1, 6)]),
    "smileys": drawn("smileys", ["Very unhappy", "Unhappy", "Neutral", "Happy", "Very happy"]),
    "thumbs": drawn("thumbs", ["No", "Yes"], first=0),
    "options": drawn("options", ["Very disappointed", "Somewhat disappointed", "Not disappointed"]),
    "text": drawn("text", ["Tell us"]),
}


def alert(**changed: Any) -> Notice:
    given: dict[str, Any] = {
        "sender": SENDER,
        "to": "ops@nordlys.example",
        "message_id": MESSAGE_ID,
        "subject": "2 of 10 at check-out",
        "brand": "Nordlys Hotels",
        "title": "A low score at check-out",
        "text": "Please call me.",
        "score": "2 of 10",
        "role": "low",
        "words": "The room was cold.\nNobody answered the phone.",
        "facts": (("Person", "Anna Østergård"), ("Order", "A-10293")),
        "button": "Open the answer",
        "url": f"{BASE}/responses/17",
        "footer": ("You own this touchpoint.",),
    }
    return Notice(**given | changed)
