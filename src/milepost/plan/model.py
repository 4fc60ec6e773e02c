"""The plan as frozen, typed objects: what `milepost.yaml` may hold, and nothing it may not."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from milepost.plan.questions import End


def _day(value: object) -> object:
    """Only 2017-05-31 is a date: '2017' would otherwise be read as seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date_form", "expected a date such as 2017-05-31")
    return value


# YAML scalars arrive as text; editors must still accept 11 and yes where text is meant.
Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
Day = Annotated[date, BeforeValidator(_day)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Expression = Annotated[
    str,
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean"],
            "description": "a column's name, or '= ' and a SQL expression",
        }
    ),
]
Good = Literal["high", "low", "neither"]
Kind = Literal["interaction", "perception", "outcome"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Unit = Literal["percent", "points", "score", "count", "ratio", "money", "seconds", "days"]
ESTIMATORS = ("share", "mean", "net", "ratio", "rate", "quantile", "total")
PARAMETERS = ("days", "hours", "months", "seconds", "first", "last")
Period = Literal["day", "week", "month", "quarter", "year", "all"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


# The source that is no file: what Milepost's own server collected.
SERVER = "server"

# Said of fields that are read and checked, while nothing is made of them.
_LATER = "kept for what is to come; not used yet"


class Part(BaseModel):
    """A mapping of the plan: closed and unchangeable."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


class Headcount(Part):
    """How many employees there are: in all, and by an attribute's values."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[str, Annotated[int, Field(ge=0)]]] = Field(init=False)
    total: Annotated[int, Field(ge=1)]


class Company(Part):
    """Whose numbers these are, and the calendar they are counted in."""

    name: str
    timezone: str = "UTC"
    currency: str | None = Field(default=None, description=_LATER)
    week_starts: Weekday = "monday"
    year_starts: Annotated[int, Field(ge=1, le=12, description="first month of the year")] = 1
    brand: str | None = Field(default=None, description=_LATER)
    symbol: str | None = Field(default=None, description="the company's share, as prices name it")
    index: str | None = Field(
        default=None, description="the index that the share is compared with, as prices name it"
    )
    headcount: Headcount | None = None
    business_hours: dict[Weekday, str] | None = Field(
        default=None, description="09:00-17:00 or closed, by weekday"
    )


class Privacy(Part):
    """Groups of fewer distinct respondents than this are not shown."""

    min_group: Annotated[int, Field(ge=1)] = 5


class Read(Part):
    """How to read a file: only what cannot be found out."""

    encoding: str | None = None
    delimiter: str | None = Field(default=None, description="one character, 'tab' or 'whitespace'")
    header: Literal["first", "none"] = "first"
    names: tuple[Text, ...] | None = None
    sheet: Text | None = None
    decimal: Literal[".", ","] | None = None
    timezone: str | None = None
    dates: str | dict[str, str] | None = Field(
        default=None, description="a strptime format, or by column"
    )


class Join(Part):
    """A look-up before mapping: at most one match a row."""

    from_: str = Field(alias="from")
    as_: Name = Field(alias="as")
    keys: dict[str, str]
    read: Read = Read()


class Asked(Part):
    """One question of a survey file: where its answers are and how they are to be read."""

    name: Name
    type: str
    title: str | None = Field(default=None, description=_LATER)
    score: Expression | None = None
    answer: Expression | None = None
    scale: tuple[int, int] | None = None
    good: End | None = None
    missing: tuple[Text, ...] = ()
    labels: dict[Text, Text] = {}
    touchpoint: str | None = None
    comment: Expression | None = None
    where: str | None = None


class Expect(Part):
    """Something that should hold in every row; rows where it does not are counted, and kept."""

    name: str
    that: str


class Source(Part):
    """A table of the company's own, and how it is mapped onto a fact."""

    name: Name
    fact: str
    from_: str = Field(alias="from")
    as_: Name | None = Field(default=None, alias="as")
    read: Read = Read()
    where: str | None = None
    group: Expression | None = None
    join: tuple[Join, ...] = ()
    dated: Day | None = None
    columns: dict[str, Expression] = {}
    attributes: dict[Name, Expression] = {}
    values: dict[str, dict[Text, Text]] = {}
    labels: dict[str, dict[Text, Text]] = {}
    questions: tuple[Asked, ...] = ()
    rows: tuple[dict[str, Expression], ...] = ()
    invited: Annotated[int, Field(ge=1)] | None = None
    expect: tuple[Expect, ...] = ()

    @property
    def collected(self) -> bool:
        """Whether it is what Milepost's own server collected."""
        return self.from_.strip() == SERVER

    @property
    def mapped(self) -> frozenset[str]:
        """The columns of its fact that it brings."""
        return frozenset(self.columns).union(*self.rows)


class OwnFact(Part):
    """A fact of the company's own: its key, its time and its typed columns."""

    name: Name
    key: str
    time: str
    columns: dict[Name, Literal["text", "number", "boolean", "time", "date", "seconds"]]


class Passed(Part):
    """The rows that show who passed a touchpoint, and when."""

    fact: str
    where: str | None = None


class Signal(Part):
    """A metric at a touchpoint; written as its bare name where nothing else is said."""

    metric: str
    of: Literal["touchpoint", "company"] = "touchpoint"
    within: str | None = Field(default=None, description="the time of an outcome, such as 90 days")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return {"metric": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [{"type": "string", "description": "a metric's name"}, whole]}


class Touchpoint(Part):
    """One contact on the journey, with the signals that are wanted there."""

    name: Name
    title: str | None = None
    owner: str | None = Field(default=None, description=_LATER)
    needs: str | None = Field(default=None, description=_LATER)
    tools: str | None = Field(default=None, description=_LATER)
    passed_by: Passed | None = None
    headline: str | None = None
    interaction: tuple[Signal, ...] = ()
    perception: tuple[Signal, ...] = ()
    outcome: tuple[Signal, ...] = ()
    not_wanted: dict[Kind, str] = {}
    targets: dict[str, float] = {}
    good: dict[str, Good] = {}
    review_by: Day | None = Field(default=None, description=_LATER)


class Goal(Part):
    """The journey's own success: a metric at a touchpoint."""

    metric: str
    touchpoint: str | None = None


class Journey(Part):
    """The path a customer takes to a goal."""

    name: Name
    title: str | None = None
    goal: Goal | None = Field(default=None, description=_LATER)
    touchpoints: tuple[Touchpoint, ...] = ()


class Rank(Part):
    """A value of a row, and the share of rows below the one that is wanted."""

    of: str
    at: Annotated[float, Field(gt=0, lt=1)] = 0.5


Whole = Annotated[int, Field(ge=0, le=100_000)]
_ROW = "SQL over one row of the fact"
_SUMS = "sums and counts over the fact's rows, such as sum(amount)"


class OwnMetric(Part):
    """A metric of the company's own: a variant of one in the catalogue, or an estimator over a fact."""

    name: Name
    title: str | None = None
    variant_of: str | None = None
    boxes: dict[Text, tuple[int, int]] = {}
    days: Whole | None = Field(default=None, description="of a variant: its time in days")
    hours: Whole | None = Field(default=None, description="of a variant: its time in hours")
    months: Whole | None = Field(default=None, description="of a variant: its time in months")
    seconds: Whole | None = Field(default=None, description="of a variant: its time in seconds")
    first: Whole | None = Field(default=None, description="of a variant: its first day")
    last: Whole | None = Field(default=None, description="of a variant: its last day")
    fact: str | None = None
    where: str | None = Field(default=None, description=f"a condition: {_ROW}")
    share: str | None = Field(default=None, description=f"a condition: {_ROW}")
    mean: str | None = Field(default=None, description=f"a number: {_ROW}")
    net: tuple[str, str] | None = Field(
        default=None, description=f"what counts for and what against, two conditions: {_ROW}"
    )
    ratio: tuple[str, str] | None = Field(default=None, description=f"over and under: {_SUMS}")
    rate: tuple[str, str] | None = Field(default=None, description=f"events and exposure: {_SUMS}")
    quantile: Rank | None = Field(default=None, description=f"a number, 0 or more: {_ROW}")
    total: str | None = Field(default=None, description=_SUMS)
    unit: Unit | None = None
    good: Good | None = None
    kind: Kind | None = None
    words: str | None = Field(default=None, description="what it says, in a sentence")

    @property
    def estimators(self) -> tuple[str, ...]:
        """The estimators that are stated, of which one is wanted."""
        return tuple(name for name in ESTIMATORS if getattr(self, name) is not None)

    @property
    def parameters(self) -> dict[str, int]:
        """What a variant changes of its base's parameters."""
        return {name: n for name in PARAMETERS if (n := getattr(self, name)) is not None}


class Aim(Part):
    """What an initiative is meant to move."""

    metric: str
    touchpoint: str | None = None


class Initiative(Part):
    """Something the company does about a score."""

    name: Name
    started: Day
    cost: float | None = None
    aims_at: Aim | None = None


class Note(Part):
    """What a reader of a trend should know about a day."""

    day: Day
    text: str


class Plan(Part):
    """The whole of `milepost.yaml`."""

    company: Company
    engine: Literal["duckdb"] = "duckdb"
    every: Period = "month"
    headline: Signal | None = Field(default=None, description="the company's own headline signal")
    targets: dict[str, float] = Field(
        default={}, description="targets of the company's own signals"
    )
    privacy: Privacy = Privacy()
    sources: tuple[Source, ...] = ()
    facts: tuple[OwnFact, ...] = ()
    segments: tuple[str, ...] = Field(
        default=(),
        description="the cuts that pages and shared links will offer; not used yet, --by takes any",
    )
    journeys: tuple[Journey, ...] = ()
    metrics: tuple[OwnMetric, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    notes: tuple[Note, ...] = Field(default=(), description=_LATER)

    @property
    def collected(self) -> frozenset[str]:
        """The facts that Milepost's own server brings, with attributes that no plan need name."""
        return frozenset(source.fact for source in self.sources if source.collected)

    @property
    def touchpoints(self) -> tuple[Touchpoint, ...]:
        """All touchpoints in the order of the journeys."""
        return tuple(point for journey in self.journeys for point in journey.touchpoints)
