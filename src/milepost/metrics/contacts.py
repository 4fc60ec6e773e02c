"""Contacts: how many come, how long they wait, who is answered, how long it takes."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, Quantile, Ratio, Share, Total

CLEVELAND = "Cleveland (2012), Call Center Management on Fast Forward, 3rd edition"
_WOODRUFF = "Woodruff (1952), JASA 47; Cleveland (2012), Call Center Management on Fast Forward"

# Call-backs and other contacts that the company began are marked 'outbound'.
INBOUND = "coalesce(lower(direction), 'inbound') <> 'outbound'"
# Whoever waited and got through; contacts of a source that does not say so were answered.
_ANSWERED = "coalesce(answered, TRUE)"

_TWO_LEGS = "A transferred call that is two rows counts as two contacts."
_SHORT = "Whoever hangs up within a few seconds, perhaps misdialled, counts as not answered."
_MENUS = "What customers settle in the menu or with a machine never gets here."

CALLERS = Derived(
    name="customers_in_touch",
    select=f"""
        SELECT r.* EXCLUDE (day), p.since AS day,
            count(*) OVER (PARTITION BY unit, level, p.since) AS contacts
        FROM rows AS r
        JOIN periods AS p ON r.day >= p.since AND r.day < p.until
        WHERE customer_id IS NOT NULL AND {INBOUND}
        QUALIFY row_number() OVER (PARTITION BY unit, level, p.since ORDER BY at, contact_id) = 1
    """,
    words="One row for each customer and period with a contact, the first, with their number.",
)

VOLUME = (
    Metric(
        name="contact_volume", title="Contacts from customers", label="Contacts", fact="contacts",
        where=INBOUND, sums={"n": "count(*)"}, estimator=Total("n"), unit="count", good="neither",
        kind="interaction",
        words=(
            "How many times customers got in touch, by whatever channel; what the company began is"
            " not counted."
        ),
        formula="inbound contacts", source=CLEVELAND, pitfalls=(_TWO_LEGS, _MENUS),
    ),
    Metric(
        name="contacts_per_customer", title="Contacts per customer in touch", label="Contacts each",
        fact="contacts", derived=CALLERS,
        sums={
            "n": "count(*)", "contacts": "sum(contacts)", "squares": "sum(contacts * contacts)",
        },
        estimator=Mean("contacts", "squares", step=1), unit="ratio", good="low", kind="interaction",
        needs=("customer_id",),
        words=(
            "How many times a customer got in touch in the period, in the mean, of the customers"
            " who got in touch at all."
        ),
        formula="inbound contacts / customers with at least one", source=CLEVELAND,
        pitfalls=(
            "Customers who never got in touch are not in it.",
            "It grows with the length of the period: compare equal ones.", _TWO_LEGS,
        ),
    ),
)  # fmt: skip

ANSWERING = (
    Metric(
        name="answered_share", title="Share of contacts answered", label="Answered",
        fact="contacts", where=f"answered IS NOT NULL AND {INBOUND}", needs=("answered",),
        sums={"n": "count(*)", "answered": "sum(CASE WHEN answered THEN 1 ELSE 0 END)"},
        estimator=Share("answered"), unit="percent", good="high", kind="interaction",
        beside="call_abandonment", words="Share of the contacts from customers that were answered.",
        formula="contacts answered / contacts offered", source=CLEVELAND,
        pitfalls=(_SHORT, _MENUS),
    ),
    Metric(
        name="call_abandonment", title="Abandonment of calls", label="Abandoned calls",
        fact="contacts", where=f"answered IS NOT NULL AND {INBOUND}", needs=("answered",),
        sums={"n": "count(*)", "abandoned": "sum(CASE WHEN answered THEN 0 ELSE 1 END)"},
        estimator=Share("abandoned"), unit="percent", good="low", kind="interaction",
        beside="answered_share",
        words="Share of the contacts from customers that ended before anybody answered.",
        formula="contacts not answered / contacts offered", source=CLEVELAND,
        pitfalls=(_SHORT, _MENUS),
    ),
    Metric(
        name="service_level", title="Service level, of calls offered", label="Service level",
        fact="contacts", parameters={"seconds": 20},
        where=f"(NOT {_ANSWERED} OR wait_seconds >= 0) AND {INBOUND}",
        sums={
            "n": "count(*)",
            "in_time": (
                f"sum(CASE WHEN {_ANSWERED} AND wait_seconds <= :seconds THEN 1 ELSE 0 END)"
            ),
        },
        estimator=Share("in_time"), unit="percent", good="high", kind="interaction",
        needs=("wait_seconds",), beside="service_level_of_answered",
        words=(
            "Share of the contacts from customers that were answered within 20 seconds; those never"
            " answered count as not in time."
        ),
        formula="contacts answered in time / contacts offered", source=CLEVELAND,
        pitfalls=(
            "It says nothing of how long the others waited: read the 90th percentile.",
            "Telephone systems differ in whether those who hang up in time count: here they do.",
        ),
    ),
    Metric(
        name="service_level_of_answered", title="Service level, of calls answered",
        label="Level, answered", fact="contacts", parameters={"seconds": 20},
        where=f"{_ANSWERED} AND wait_seconds >= 0 AND {INBOUND}",
        sums={
            "n": "count(*)",
            "in_time": "sum(CASE WHEN wait_seconds <= :seconds THEN 1 ELSE 0 END)",
        },
        estimator=Share("in_time"), unit="percent", good="high", kind="interaction",
        needs=("wait_seconds",), beside="service_level",
        words="Of the contacts from customers that were answered, the share within 20 seconds.",
        formula="contacts answered in time / contacts answered", source=CLEVELAND,
        pitfalls=("Whoever gave up is not in it, so that it is kinder than the one of offered.",),
    ),
)  # fmt: skip

_PATIENCE = "Whoever gave up waiting is not in it: read the abandonment beside it."


def _wait_at(name: str, at: float, title: str, label: str, part: str) -> Metric:
    return Metric(
        name=name, title=f"Wait time, {title}", label=label, fact="contacts",
        where=f"{_ANSWERED} AND wait_seconds >= 0 AND {INBOUND}",
        sums={"n": "count(*)"}, estimator=Quantile("wait_seconds", at=at), unit="seconds",
        good="low", kind="interaction", needs=("wait_seconds",), beside="wait_time",
        words=f"The time within which {part} the customers who were answered had waited.",
        formula=f"{title} of the wait of contacts answered", source=_WOODRUFF,
        pitfalls=(_PATIENCE, "A mean or median of daily medians is another number."),
    )  # fmt: skip


WAITING = (
    Metric(
        name="wait_time", title="Average speed of answer", label="Speed of answer",
        fact="contacts", where=f"{_ANSWERED} AND wait_seconds >= 0 AND {INBOUND}",
        sums={
            "n": "count(*)", "total": "sum(wait_seconds)",
            "squares": "sum(wait_seconds * wait_seconds)",
        },
        estimator=Mean("total", "squares"), unit="seconds", good="low", kind="interaction",
        needs=("wait_seconds",), beside="wait_time_p90",
        words="Mean time that customers waited who were answered.",
        formula="sum of waits of contacts answered / contacts answered", source=CLEVELAND,
        pitfalls=(_PATIENCE, "A mean hides the few who wait very long."),
    ),
    _wait_at("wait_time_median", 0.5, "median", "Wait, median", "half of"),
    _wait_at("wait_time_p90", 0.9, "90th percentile", "Wait, 90th perc.", "nine of ten of"),
)  # fmt: skip

HANDLING = (
    Metric(
        name="handle_time", title="Average handle time", label="Handle time", fact="contacts",
        where=f"{_ANSWERED} AND handle_seconds >= 0 AND {INBOUND}", cluster="agent",
        sums={"n": "count(*)", "seconds": "sum(handle_seconds)"},
        estimator=Ratio("seconds", "n"), unit="seconds", good="neither", kind="interaction",
        needs=("handle_seconds",),
        words=(
            "Mean time that agents worked on a contact from a customer: talk, hold and what is"
            " done after it. Its uncertainty is that between agents."
        ),
        formula="sum of handle time of contacts handled / contacts handled", source=CLEVELAND,
        pitfalls=(
            "The mean of the agents' means is another number.",
            "Who forgets to log off makes contacts of hours: cap them in the source's columns.",
            "Shorter calls may settle less: read first-contact resolution beside it.",
            "Chats that an agent has at the same time each count in full.", _TWO_LEGS,
        ),
    ),
    Metric(
        name="transfers", title="Share of contacts transferred", label="Transferred",
        fact="contacts", where=f"{_ANSWERED} AND transferred IS NOT NULL AND {INBOUND}",
        sums={"n": "count(*)", "transferred": "sum(CASE WHEN transferred THEN 1 ELSE 0 END)"},
        estimator=Share("transferred"), unit="percent", good="low", kind="interaction",
        needs=("transferred",),
        words="Of the contacts from customers that were answered, the share handed on to another.",
        formula="contacts transferred / contacts answered", source=CLEVELAND,
        pitfalls=(_TWO_LEGS, "A first line that only directs calls transfers nearly all of them."),
    ),
)  # fmt: skip

CONTACTS = (*VOLUME, *ANSWERING, *WAITING, *HANDLING)
