"""What is asked, of whom and when: the surveys and programs of the demo, as the server's documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from milepost.demo.words import LANGUAGES

COMPANY = "Morgenrist"
BUDGET_DAYS = 30
Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey: its type, where on the journey it asks, and the subject of what people write."""

    name: str
    title: str
    type: str
    touchpoint: str
    subject: str
    anonymous: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> Data:
        """The document that the server reads."""
        found: Data = {
            "name": self.name, "title": self.title, "type": self.type, "company": COMPANY,
            "locales": list(LANGUAGES),
        }  # fmt: skip
        if self.anonymous:
            found["anonymous"] = True
        if self.texts:
            found["texts"] = {"en": dict(self.texts)}
        return found


@dataclass(frozen=True, slots=True)
class Program:
    """A program: `reply` is the share that answers; `event` sets it off, none: the calendar does.

    `tiring`: it is let off the budget, and whoever it asks tires of it.
    """

    name: str
    title: str
    survey: Survey
    reply: float
    event: str | None = None
    priority: int = 50
    tiring: bool = False
    active: bool = True

    def document(self, since: date) -> Data:
        """The rule that the server reads."""
        shared: Data = {
            "name": self.name, "survey": self.survey.name, "survey_type": self.survey.type,
            "channels": ["email"], "touchpoint": self.survey.touchpoint or None,
            "active": self.active, "priority": self.priority, "reminder_days": None,
            "daily_cap": 200,
        }  # fmt: skip
        if self.event:
            return shared | {"kind": "transactional", "event": self.event, "after_minutes": 60}
        every = 14 if self.tiring else 180
        return shared | {
            "kind": "relationship", "every_days": every, "starts_on": since.isoformat(),
        }  # fmt: skip


SURVEYS = (
    Survey("recommend", "Would you recommend us?", "nps", "", "general"),
    Survey("delivery", "Your delivery", "csat", "delivery", "delivery"),
    Survey("checkout", "Ordering", "ease", "checkout", "checkout"),
    Survey("help", "Getting help", "ces2", "help", "support"),
    Survey("coffee", "Your coffee", "stars", "first_cup", "coffee"),
    Survey("pulse", "Quick question about the shop", "thumbs", "shop", "shop"),
    Survey("returns", "Sending something back", "csat", "returns", "returns"),
    Survey("leaving", "Why you leave", "exit", "goodbye", "leaving"),
    Survey("gift", "The gift card in the box", "smileys", "gift", "gift", anonymous=True),
)
BY_NAME = {survey.name: survey for survey in SURVEYS}

PROGRAMS = (
    Program("relationship", "How are we doing?", BY_NAME["recommend"], 0.36, priority=40),
    Program("after-delivery", "After a delivery", BY_NAME["delivery"], 0.38, event="delivered"),
    Program("after-order", "After an order", BY_NAME["checkout"], 0.33, event="ordered"),
    Program("after-help", "After a ticket", BY_NAME["help"], 0.38, event="solved", priority=20),
    Program("first-cup", "After the first cup", BY_NAME["coffee"], 0.34, event="tasted"),
    Program("after-return", "After a return", BY_NAME["returns"], 0.35, event="returned", active=False),
    Program("leaving", "When somebody leaves", BY_NAME["leaving"], 0.27, event="left", priority=10),
    Program("shop-pulse", "Shop pulse, every other week", BY_NAME["pulse"], 0.36, tiring=True),
)  # fmt: skip


def program(name: str) -> Program:
    """A program by its name."""
    return next(one for one in PROGRAMS if one.name == name)
