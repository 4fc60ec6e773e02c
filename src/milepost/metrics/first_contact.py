"""First-contact resolution: whether customers had to come back, and what agents said of it."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.contacts import INBOUND
from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Share
from milepost.metrics.windows import within

_SQM = "Cleveland (2012), Call Center Management on Fast Forward: first call resolution"


def _initial(name: str, same: str, *, words: str) -> Derived:
    """Contacts without an earlier one of the same matter; a contact handed on goes on in the next.

    `same` are the columns that make two contacts one matter.
    """
    return Derived(
        name=name,
        select=f"""
            WITH legs AS (
                SELECT r.*, coalesce(
                    day = lag(day) OVER own
                    AND (ticket_id = lag(ticket_id) OVER own OR lag(transferred) OVER own), FALSE
                ) AS goes_on
                FROM rows AS r
                WHERE customer_id IS NOT NULL AND {INBOUND}
                WINDOW own AS (PARTITION BY unit, level ORDER BY at, contact_id)
            )
            SELECT l.*, lag(day) OVER matter AS day_before, lead(day) OVER matter AS day_after
            FROM legs AS l
            WHERE NOT goes_on
            WINDOW matter AS (PARTITION BY {same} ORDER BY at, contact_id)
            QUALIFY day_before IS NULL OR day_before + :days < day
        """,
        words=words,
    )


INITIAL = _initial(
    "initial_contacts", "unit, level, topic",
    words=(
        "One row for each contact of a customer without an earlier one on its topic in the time,"
        " with the day of the next. What goes on with the contact before on the same day, handed"
        " on or of the same ticket, is no contact of its own; the company's calls are none."
    ),
)  # fmt: skip
INITIAL_OF_ANY_TOPIC = _initial(
    "initial_contacts_of_any_topic",
    "unit, level",
    words="The same whatever the topic: no earlier contact of the customer at all in the time.",
)

_SILENT = "Customers who gave up, or went elsewhere, count as resolved."
_BEGINNING = "Of contacts in the first days of the data nobody knows whether they are the first."
_SWITCH = "Who comes back under another name or number is not seen to come back."
_MARKED = "Agents judge themselves, and customers who come back do not change the mark."

FIRST_CONTACT_RESOLUTION = Metric(
    name="first_contact_resolution", title="First-contact resolution, no repeat on the topic in 7 days",
    label="First contact", fact="contacts", derived=INITIAL, parameters={"days": 7},
    sums=within("(day_after IS NULL OR day_after > day + :days)", name="resolved"),
    estimator=Share("resolved"), unit="percent", good="high", kind="outcome",
    needs=("customer_id",), beside="first_contact_resolution_14",
    words=(
        "Of the first contacts of customers on a topic in the period, the share after which they"
        " did not get in touch about it again within 7 days. Only those count whose 7 days are"
        " over; the others are open. Transfers and the company's own calls are no repeats."
    ),
    formula="initial contacts without a repeat in time / initial contacts, windows closed",
    source=_SQM,
    pitfalls=(
        "Fine topics make it high, coarse ones low; a contact without topic is of a topic of its own.",
        _SILENT, _SWITCH, _BEGINNING,
    ),
)  # fmt: skip


def _after(days: int) -> Metric:
    return replace(
        FIRST_CONTACT_RESOLUTION, name=f"first_contact_resolution_{days}",
        title=f"First-contact resolution, no repeat on the topic in {days} days",
        label=f"1st contact, {days} d", parameters={"days": days},
        beside="first_contact_resolution",
        words=(
            "Of the first contacts of customers on a topic in the period, the share after which"
            f" they did not get in touch about it again within {days} days. Only those count whose"
            f" {days} days are over; the others are open."
        ),
    )  # fmt: skip


def _marked(name: str, title: str, label: str, *, where: str, words: str, formula: str) -> Metric:
    return Metric(
        name=f"first_contact_resolution_{name}", title=f"First-contact resolution, {title}",
        label=label, fact="contacts", where=f"resolved IS NOT NULL AND {INBOUND}{where}",
        sums={"n": "count(*)", "resolved": "sum(CASE WHEN resolved THEN 1 ELSE 0 END)"},
        estimator=Share("resolved"), unit="percent", good="high", kind="outcome",
        needs=("resolved",), beside="first_contact_resolution", words=words, formula=formula,
        source=_SQM, pitfalls=(_MARKED,),
    )  # fmt: skip


FIRST_CONTACT = (
    FIRST_CONTACT_RESOLUTION,
    _after(14),
    _after(30),
    replace(
        FIRST_CONTACT_RESOLUTION, name="first_contact_resolution_any_topic",
        title="First-contact resolution, no repeat at all in 7 days", label="1st contact, any",
        derived=INITIAL_OF_ANY_TOPIC, beside="first_contact_resolution",
        words=(
            "Of the first contacts of customers in the period, the share after which they did not"
            " get in touch again within 7 days, about whatever. Only those count whose 7 days are"
            " over; the others are open."
        ),
        pitfalls=("A second matter soon after the first counts as a failure.", _SILENT, _SWITCH),
    ),
    _marked(
        "gross", "gross, marked by agents", "1st contact, gross", where="",
        words="Of all contacts from customers, the share that agents marked as resolved.",
        formula="contacts marked resolved / contacts",
    ),
    replace(
        _marked(
            "net", "net, marked by agents", "1st contact, net", where=" AND resolvable",
            words=(
                "Of the contacts from customers that the first line could resolve (the column"
                " resolvable), the share that agents marked as resolved."
            ),
            formula="contacts marked resolved / contacts that the first line could resolve",
        ),
        needs=("resolved", "resolvable"),
    ),
    _marked(
        "agent_marked", "marked by agents, of those answered", "1st contact, mark",
        where=" AND coalesce(answered, TRUE)",
        words="Of the contacts from customers that were answered, the share marked as resolved.",
        formula="contacts marked resolved / contacts answered",
    ),
)  # fmt: skip
