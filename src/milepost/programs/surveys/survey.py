"""The survey: a document that says what is asked, in which languages, and what follows an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from milepost.plan.questions import Scale
from milepost.programs.surveys.survey_types import BY_NAME, Drawn, SurveyType, Why

Kind = Literal["single", "multiple", "text", "rating", "number"]
Action = Literal["none", "referral", "review"]
Texts = Mapping[str, Mapping[str, str]]

MOST_FURTHER = 10
MOST_OPTIONS = 20
LONGEST_NAME = 64
LONGEST_TITLE = 200
LONGEST_TEXT = 2_000
LONGEST_OPTION = 200
RATING_SCALES: tuple[Scale, ...] = ((1, 5), (1, 7), (1, 10), (0, 10))


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """One kind of further question, its question type in the plan, and how it is drawn."""

    name: Kind
    title: str
    question: str
    drawn: Drawn


QUESTION_KINDS = (
    QuestionKind("single", "One of several", "choice", "options"),
    QuestionKind("multiple", "Several of several", "choice", "boxes"),
    QuestionKind("text", "Open text", "text", "text"),
    QuestionKind("rating", "Satisfaction with one thing", "csat", "scale"),
    QuestionKind("number", "Number", "number", "number"),
)
KINDS = {kind.name: kind for kind in QUESTION_KINDS}


@dataclass(frozen=True, slots=True)
class When:
    """Asked only if the answer to `question` is one of `answers`.

    `question` is `class` (the class of the score), `answer` (the option chosen first) or the name
    of an earlier further question.
    """

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Further:
    """One further question.

    `texts` by locale: `question`, `options.<name>`, and for a rating `low` and `high`. `least` and
    `most` bound a number, and are the ends of a rating's scale.
    """

    name: str
    kind: Kind
    texts: Texts
    options: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    required: bool = False
    when: When | None = None

    @property
    def choosing(self) -> bool:
        """Whether it is answered by its options."""
        return self.kind in ("single", "multiple")

    @property
    def choices(self) -> tuple[str, ...]:
        """Every value that it takes, as text; none where it takes any text or number."""
        if self.kind == "rating" and self.least is not None and self.most is not None:
            return tuple(map(str, range(int(self.least), int(self.most) + 1)))
        return self.options


@dataclass(frozen=True, slots=True)
class Thanks:
    """What is offered beside the thanks; `link` is the https address of the review page."""

    action: Action = "none"
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What is asked.

    `locales` are offered, the first is the default. `texts` by locale replace shipped ones: keys of
    the type's section (`question`, `why.detractor`) or of a shared one (`mail.greeting`). `why` is
    the open question after the first: worded by class, the same for all, or none. `thanks` by
    class, or by `any` where the type has none. `closes_at` is in UTC. What employees
    are asked is `anonymous`, whatever is said.
    """

    name: str
    title: str
    type: str
    company: str = ""
    locales: tuple[str, ...] = ("en",)
    texts: Texts = field(default_factory=dict)
    options: tuple[str, ...] = ()
    why: Why = "by_class"
    further: tuple[Further, ...] = ()
    call_me: bool = False
    anonymous: bool = False
    closes_at: datetime | None = None
    thanks: Mapping[str, Thanks] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Whoever answers to an employer is never named beside it.
        kind = BY_NAME.get(self.type)
        if kind and kind.audience == "employee":
            object.__setattr__(self, "anonymous", True)

    @property
    def kind(self) -> SurveyType:
        """The survey type."""
        return BY_NAME[self.type]

    @property
    def choices(self) -> tuple[str, ...]:
        """Every value that the first question takes, as text; none where it takes any text."""
        if self.kind.scale and not self.kind.options:
            low, high = self.kind.scale
            return tuple(map(str, range(low, high + 1)))
        return self.options or self.kind.options

    @property
    def default_locale(self) -> str:
        """The language of a reader who wants none of those offered."""
        return self.locales[0]

    def closed(self, now: datetime) -> bool:
        """Whether answers are no longer taken at an aware moment."""
        return self.closes_at is not None and now >= self.closes_at


def class_names(kind: SurveyType) -> tuple[str, ...]:
    """The names by which a type's thanks differ: its classes, or `any`.

    >>> class_names(BY_NAME["task"]), class_names(BY_NAME["wish"])
    (('top', 'bottom'), ('any',))
    """
    return tuple(each.name for each in kind.classes) or ("any",)
