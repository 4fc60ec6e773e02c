"""The ready survey types: what each measures, how it is drawn, and which answers stand together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milepost.plan.questions import BY_NAME as QUESTIONS
from milepost.plan.questions import End, Scale

Drawn = Literal["scale", "stars", "smileys", "thumbs", "options", "text", "number", "boxes"]
Why = Literal["by_class", "same", "none"]
WHYS: tuple[Why, ...] = ("by_class", "same", "none")


@dataclass(frozen=True, slots=True)
class ScoreClass:
    """Scores from `least` to `most` that are answered to alike, such as promoters."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class SurveyType:
    """One ready survey.

    `question` is its question type in the plan. `scale` is the lowest and the highest score, None
    where the answer is a word. `options` are the answers that bear words, in the
    order in which they are shown; without them a score is shown as its number. `low` is the class
    that somebody has to hear about at once, None where no answer is bad news about a contact.
    """

    name: str
    title: str
    question: str
    drawn: Drawn
    scale: Scale | None = None
    classes: tuple[ScoreClass, ...] = ()
    low: str | None = None
    options: tuple[str, ...] = ()
    why: tuple[Why, ...] = WHYS

    @property
    def field(self) -> Literal["score", "answer"]:
        """Where the answer to the first question is kept."""
        return QUESTIONS[self.question].value

    @property
    def good(self) -> End:
        """The good end of the scale, as the plan has to know it."""
        return QUESTIONS[self.question].good or "high"

    @property
    def own_options(self) -> bool:
        """Whether a survey may offer other options than the shipped ones."""
        return self.field == "answer" and bool(self.options)

    @property
    def audience(self) -> Literal["customer", "employee"]:
        """Who is asked."""
        return QUESTIONS[self.question].audience

    def class_of(self, score: int) -> str | None:
        """The class of a score; None where a type has no classes.

        >>> BY_NAME["nps"].class_of(8), BY_NAME["ces1"].class_of(1)
        ('passive', 'top')
        """
        found = (each.name for each in self.classes if each.least <= score <= each.most)
        return next(found, None)


def _classes(**ends: tuple[int, int]) -> tuple[ScoreClass, ...]:
    return tuple(ScoreClass(name, *span) for name, span in ends.items())


_PROMOTERS = _classes(promoter=(9, 10), passive=(7, 8), detractor=(0, 6))
_FIVE = _classes(top=(4, 5), middle=(3, 3), bottom=(1, 2))
_EFFORT = _classes(top=(1, 2), middle=(3, 3), bottom=(4, 5))
_AGREEMENT = _classes(top=(5, 7), middle=(4, 4), bottom=(1, 3))
_THREE = _classes(top=(3, 3), middle=(2, 2), bottom=(1, 1))
_TWO = _classes(top=(1, 1), bottom=(0, 0))

_INTENTS = ("learn", "compare", "buy", "support", "account", "other")
_REASONS = (
    "price", "missing", "quality", "service", "difficult", "need", "competitor", "other",
)  # fmt: skip

SURVEY_TYPES = (
    SurveyType("nps", "Net Promoter Score", "nps", "scale", (0, 10), _PROMOTERS, "detractor"),
    SurveyType("csat", "Customer satisfaction (CSAT)", "csat", "scale", (1, 5), _FIVE, "bottom"),
    SurveyType("ces1", "Customer effort (CES 1.0)", "ces1", "scale", (1, 5), _EFFORT, "bottom"),
    SurveyType("ces2", "Customer effort (CES 2.0)", "ces2", "scale", (1, 7), _AGREEMENT, "bottom"),
    SurveyType("stars", "Star rating", "stars", "stars", (1, 5), _FIVE, "bottom"),
    SurveyType("smileys", "Smileys", "smileys", "smileys", (1, 5), _FIVE, "bottom", tuple("12345")),
    SurveyType(
        "thumbs", "Thumbs up or down", "thumbs", "thumbs", (0, 1), _TWO, "bottom", tuple("10")
    ),
    SurveyType("ease", "Ease", "ease", "scale", (1, 5), _FIVE, "bottom"),
    SurveyType("pmf", "Product-market fit", "pmf", "options", (1, 3), _THREE, None, tuple("321")),
    SurveyType(
        "enps", "Employee Net Promoter Score", "enps", "scale", (0, 10), _PROMOTERS, "detractor"
    ),
    SurveyType("task", "Task completion", "task", "options", (0, 1), _TWO, "bottom", tuple("10")),
    SurveyType(
        "intent", "Visitor intent", "intent", "options", options=_INTENTS, why=("same", "none")
    ),
    SurveyType("wish", "Product wish", "text", "text", why=("none",)),
    SurveyType("exit", "Exit", "choice", "options", options=_REASONS, why=("same", "none")),
)

BY_NAME = {kind.name: kind for kind in SURVEY_TYPES}
