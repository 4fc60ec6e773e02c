"""What is planted in the demo and what is not, each with the questions to Milepost that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from milepost.demo.customers import SCANNED
from milepost.demo.orders import FLEXBUD
from milepost.demo.span import MONTHS, Span
from milepost.demo.support import SLOW
from milepost.engine.question import Question

Days = tuple[date, date]
BETTER, WORSE = "better", "worse"


@dataclass(frozen=True, slots=True)
class Look:
    """A question about some days of the span, and the cell of its answer that counts.

    `by` are the segments of that cell; empty: the answer has one only. `verdict` is what it says.
    """

    question: Question
    when: Callable[[Span], Days]
    by: Mapping[str, str]
    verdict: str

    def ask(self, span: Span) -> Question:
        """The question with its days."""
        return dated(self.question, self.when(span))

    def shows(self, touchpoint: str | None, by: Mapping[str, str | None]) -> bool:
        """Whether a cell at a touchpoint, with its segments, is the one that counts."""
        here = touchpoint == self.question.touchpoint
        return here and all(by.get(name) == value for name, value in self.by.items())


@dataclass(frozen=True, slots=True)
class Truth:
    """Something that was made so; every look shows it."""

    name: str
    title: str
    words: str
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class NonTruth:
    """Something that nothing was done to: no cell of the answer may be called a real change."""

    name: str
    words: str
    question: Question
    when: Callable[[Span], Days]

    def ask(self, span: Span) -> Question:
        """The question with its days."""
        return dated(self.question, self.when(span))


def dated(question: Question, days: Days) -> Question:
    """A question about some days."""
    return replace(question, since=days[0], until=days[1])


def _courier(span: Span) -> Days:
    return span.courier


def _first_week(span: Span) -> Days:
    return span.fault[0], span.fault[0] + timedelta(days=7)


def _fault_month(span: Span) -> Days:
    return span.months[MONTHS - 5], span.months[MONTHS - 4]


def _with_porto(span: Span) -> Days:
    return span.porto, span.months[MONTHS]


def _closed(span: Span) -> Days:
    """The months whose ninety days are over."""
    return span.months[0], span.months[MONTHS - 3]


def _pulse(span: Span) -> Days:
    return span.pulse, span.months[MONTHS]


def _second_of_pulse(span: Span) -> Days:
    return span.months[MONTHS - 5], span.months[MONTHS - 4]


def _scanned(span: Span) -> Days:
    return span.scanner, span.months[MONTHS]


def _whole(span: Span) -> Days:
    return span.months[0], span.months[MONTHS]


def _of(metric: str, touchpoint: str | None = None, *by: str, where: str | None = None) -> Question:
    """By month, each compared with the one before."""
    return Question((metric,), touchpoint=touchpoint, by=by, every="month", where=where)


def _beside(metric: str, touchpoint: str | None, *by: str, where: str | None = None) -> Question:
    """All days in one, each segment compared with all others."""
    return replace(_of(metric, touchpoint, *by, where=where), every="all", against="rest")


_COLOUR = "favourite_colour"
# Offices order many times as much, whatever they answer.
_PRIVATE = "tier <> 'office'"

TRUTHS = (
    Truth(
        "courier", "Another courier in Jutland",
        f"In the latest whole month {FLEXBUD} drove in Jutland instead of Nordpakke. Half of the parcels"
        " came late, and customers tell what became of the others. All other regions kept their couriers.",
        (
            Look(_of("csat", "delivery", "region"), _courier, {"region": "Jutland"}, WORSE),
            Look(_of("late_share", "delivery", "region"), _courier, {"region": "Jutland"}, WORSE),
            Look(_beside("csat", "delivery", "courier"), _courier, {"courier": FLEXBUD}, WORSE),
        ),
    ),
    Truth(
        "checkout", "A checkout that failed on phones",
        "For three weeks the button that pays did nothing on most phones: two of three checkouts on"
        " phones were left. Computers and tablets were not touched.",
        (
            Look(replace(_of("checkout_abandonment", "checkout", "device"), every="week"), _first_week,
                 {"device": "phone"}, WORSE),
            Look(_of("ease", "checkout", "device"), _fault_month, {"device": "phone"}, WORSE),
            Look(_of("conversion", "shop", "device"), _fault_month, {"device": "phone"}, WORSE),
        ),
    ),
    Truth(
        "support", "A support team that is slow",
        f"Since the team in {SLOW} began, a fifth of the tickets wait six times as long for a first reply."
        " Effort follows the wait and nothing else: teams that answer alike are judged alike.",
        (
            Look(_beside("ces2", "help", "team"), _with_porto, {"team": SLOW}, WORSE),
            Look(_beside("first_response_time", "help", "team"), _with_porto, {"team": SLOW}, WORSE),
            Look(_beside("ces2", "help", "waited"), _with_porto, {"waited": "over 12 hours"}, WORSE),
            Look(_beside("ces2", "help", "waited"), _with_porto, {"waited": "under 4 hours"}, BETTER),
        ),
    ),
    Truth(
        "late", "Late orders cost the next one",
        "After a late delivery customers take almost twice as long to order again, and more than twice"
        " as many of them never do.",
        (Look(_beside("reorders", "delivery", "late"), _closed, {"late": "late"}, WORSE),),
    ),
    Truth(
        "promoters", "Promoters stay longer and spend more",
        "Each customer has a warmth that moves what they answer, how much they order and whether they"
        " stay. Nobody orders because of an answer: both come of the same.",
        (
            Look(_beside("spends", "membership", "nps_class", where=_PRIVATE), _closed, {"nps_class": "promoter"}, BETTER),
            Look(_beside("cancels", "membership", "nps_class"), _closed, {"nps_class": "promoter"}, BETTER),
            Look(_beside("spends", "membership", "nps_class", where=_PRIVATE), _closed, {"nps_class": "detractor"}, WORSE),
        ),
    ),
    Truth(
        "pulse", "A program that tires people",
        "The shop pulse asks the same 300 people every other week, and the budget lets it. Each asking"
        " costs a fifth of the answers to the next and a tenth of those to every other program, and makes"
        " more of them unsubscribe.",
        (
            Look(_of("response_rate", "shop"), _second_of_pulse, {}, WORSE),
            Look(_beside("response_rate", "shop", "asked_before"), _pulse,
                 {"asked_before": "8 or more"}, WORSE),
        ),
    ),
    Truth(
        "scanner", "A scanner at one customer",
        f"{SCANNED} got a mail filter that opens every link within seconds. Its answers are"
        " quarantined and count nowhere; its people cannot answer any more, and their response rate tells.",
        (
            Look(_beside("response_rate", None, "account_id", where="account_id IS NOT NULL"),
                 _scanned, {"account_id": SCANNED}, WORSE),
        ),
    ),
)  # fmt: skip


NON_TRUTHS = (
    NonTruth(
        "other regions", "Deliveries outside Jutland in the month of the other courier.",
        _of("csat", "delivery", "region", where="region <> 'Jutland'"), _courier,
    ),
    NonTruth(
        "punctual elsewhere", "Late parcels outside Jutland in that month.",
        _of("late_share", "delivery", "region", where="region <> 'Jutland'"), _courier,
    ),
    NonTruth(
        "other devices", "Checkouts on computers and tablets in the month of the fault.",
        _of("ease", "checkout", "device", where="device <> 'phone'"), _fault_month,
    ),
    NonTruth(
        "other checkouts", "Checkouts left on computers and tablets in that month.",
        _of("checkout_abandonment", "checkout", "device", where="device <> 'phone'"), _fault_month,
    ),
    NonTruth(
        "other teams", "The two teams that are equally quick, one beside the other.",
        _beside("ces2", "help", "team", where=f"team <> '{SLOW}'"), _with_porto,
    ),
    NonTruth(
        "colour and recommending", "The favourite colour and recommending.",
        _beside("nps", None, _COLOUR), _whole,
    ),
    NonTruth(
        "colour and delivery", "The favourite colour and deliveries.",
        _beside("csat", "delivery", _COLOUR), _whole,
    ),
    NonTruth(
        "colour and reordering", "The favourite colour and ordering again.",
        _beside("reorders", "delivery", _COLOUR), _closed,
    ),
    NonTruth(
        "first cup", "How the coffee tastes, month after month: nobody changed a roast.",
        _of("stars", "first_cup"), _whole,
    ),
    NonTruth(
        "pages", "Pages a visit, by device, in the latest whole month.",
        _of("pages_per_visit", "shop", "device"), _courier,
    ),
)  # fmt: skip
