"""What the survey form is made of: texts in each language, options, further questions, choices."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.programs.surveys.survey import LONGEST_TEXT, MOST_OPTIONS, QuestionKind


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `path` is its name and its id, `shipped` what is said while it is empty."""

    path: str
    value: str = ""
    shipped: str = ""
    wrong: tuple[str, ...] = ()
    lang: str = ""
    language: str = ""
    direction: str = "ltr"
    most: int = LONGEST_TEXT
    label: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in each language offered."""

    key: str
    label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One option of a question with its words."""

    name: str
    words: Words


@dataclass(frozen=True, slots=True)
class Thanking:
    """What is offered beside the thanks to one class."""

    label: str
    action: Field
    actions: tuple[Choice, ...]
    link: Field


@dataclass(frozen=True, slots=True)
class Question:
    """One further question as the form shows it."""

    number: int
    at: str
    name: str
    kind: QuestionKind
    words: tuple[Words, ...]
    rows: tuple[Row, ...]
    scales: tuple[Choice, ...]
    least: Field
    most: Field
    required: bool
    when: tuple[tuple[str, tuple[Choice, ...]], ...]
    wrong: tuple[str, ...]
    when_wrong: tuple[str, ...]
    options_wrong: tuple[str, ...]

    @property
    def fixed_name(self) -> bool:
        """Whether it has its name already."""
        return not self.name.startswith("new-")

    @property
    def more_options(self) -> bool:
        """Whether there is room for another option."""
        return bool(self.rows) and len(self.rows) < MOST_OPTIONS

    @property
    def conditional(self) -> bool:
        """Whether it is asked after some answers only."""
        return any(choice.chosen for _, choices in self.when for choice in choices)
