"""The catalogue: every built-in metric in one explicit tuple, and the variants a plan makes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from milepost.errors import QuestionError
from milepost.metrics.acquisition import ACQUISITION
from milepost.metrics.asking import ASKING
from milepost.metrics.call_totals import CALL_TOTALS
from milepost.metrics.churn import CHURN
from milepost.metrics.contacts import CONTACTS
from milepost.metrics.definition import Metric
from milepost.metrics.engagement import ENGAGEMENT
from milepost.metrics.first_contact import FIRST_CONTACT
from milepost.metrics.listening import LISTENING
from milepost.metrics.loyalty import LOYALTY
from milepost.metrics.outcomes import OUTCOMES
from milepost.metrics.own import own_metric, variant, with_parameters
from milepost.metrics.referral import REFERRAL
from milepost.metrics.retention import RETENTION
from milepost.metrics.sales import SALES
from milepost.metrics.subscriptions import SUBSCRIPTIONS
from milepost.metrics.survey import SURVEY
from milepost.metrics.ticket_times import TICKET_TIMES
from milepost.metrics.tickets import TICKETS
from milepost.metrics.web import WEB
from milepost.plan.calendar import parse_duration
from milepost.plan.expressions import ExpressionError
from milepost.plan.model import KINDS, Plan, Signal


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that belong together, under a title and what they tell in a sentence."""

    title: str
    words: str
    metrics: tuple[Metric, ...]


FAMILIES = (
    Family("What customers say", "Answers to short questions.", SURVEY),
    Family("Asking itself", "Who answered of those who were asked.", ASKING),
    Family(
        "Outcomes of a touchpoint",
        "What those who passed a touchpoint then did, within a time; `within` of a signal changes it.",
        OUTCOMES,
    ),
    Family("Sales", "What was ordered: counted, with its growth beside it.", SALES),
    Family("Loyalty", "Whether customers buy again, how soon and how often.", LOYALTY),
    Family("Retention", "Of customers at a start, the share still there.", RETENTION),
    Family("Churn", "Customers lost, of those at the start of the period.", CHURN),
    Family("Subscriptions", "Contracts and revenue lost and kept.", SUBSCRIPTIONS),
    Family("Tickets", "How many, how well and on time they are solved.", TICKETS),
    Family("Time to a solution", "By the clock, in business hours, without waiting.", TICKET_TIMES),
    Family("Contacts", "Calls, chats and mails: how many, answered when, how long.", CONTACTS),
    Family(
        "First-contact resolution",
        "Each definition of the field under a name of its own; they are not comparable.",
        FIRST_CONTACT,
    ),
    Family(
        "Contacts that arrive added up",
        "The same figures from `totals`, such as a telephone system's half-hours.",
        CALL_TOTALS,
    ),
    Family("Web and shop", "What visitors came for, and how far they got.", WEB),
    Family("Engagement", "Who is active, how often and how long.", ENGAGEMENT),
    Family("Referral", "Customers who bring customers.", REFERRAL),
    Family("Acquisition", "What a new customer costs.", ACQUISITION),
    Family("Listening", "Public reviews and mentions.", LISTENING),
)
CATALOGUE: tuple[Metric, ...] = tuple(metric for family in FAMILIES for metric in family.metrics)
BUILT_IN: Mapping[str, Metric] = {metric.name: metric for metric in CATALOGUE}


def catalogue_of(plan: Plan) -> dict[str, Metric]:
    """The built-in metrics and those that a plan makes; what is wrong in itself is left out."""
    found = dict(BUILT_IN)
    for own in plan.metrics:
        base = BUILT_IN.get(own.variant_of or "")
        if base and set(own.parameters) <= set(base.parameters):
            found[own.name] = variant(base, own)
        elif own.variant_of is None and own.fact and len(own.estimators) == 1:
            # What is wrong with its expressions is said where the plan is checked.
            with suppress(ExpressionError):
                found[own.name] = own_metric(own)
    signals = [s for p in plan.touchpoints for kind in KINDS for s in getattr(p, kind)]
    for signal in signals:
        name, base = name_of(signal, found), found.get(signal.metric)
        if base and name not in found:
            timed = with_parameters(base, {"days": parse_duration(signal.within or "").days})
            label = f"{base.label}, {signal.within}"
            found[name] = replace(timed, name=name, label=label, base=base.name, beside=None)
    return found


def name_of(signal: Signal, metrics: Mapping[str, Metric]) -> str:
    """The metric that a signal is: one with a time of its own is a variant, such as reorders_30d."""
    metric = metrics.get(signal.metric)
    if metric is None or signal.within is None or "days" not in metric.parameters:
        return signal.metric
    try:
        days = parse_duration(signal.within).days
    except QuestionError:  # which the plan's checks say
        return signal.metric
    return signal.metric if days == metric.parameters["days"] else f"{signal.metric}_{days}d"
