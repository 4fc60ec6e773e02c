"""Does an answer look like a machine's? Signals with weights, of which it takes two to set it aside.

Mail security tools fetch every link of a mail within seconds, follow redirects and run scripts; some
even press buttons. No single sign tells them from a hurried person for certain: a proxy fetches
links ahead for people too, and plenty of people write no comment. So an answer is set aside only
when signs add up to THRESHOLD, no sign alone weighs as much, and what is set aside stays visible
with its signs and can be released.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# A strong sign (3) needs any other beside it; the weak ones (1) never do it without a strong one.
THRESHOLD = 4
# A mail must arrive, be noticed and be read first; scanners look at it while it is delivered.
QUICK_SECONDS = 10.0
# To see the page, find the button and press it takes a person longer.
CLICK_SECONDS = 0.7
# One changes one's mind once or twice; who opens as many different scores reads them all.
MANY_SCORES = 4
# What tools call themselves. No bare "bot": there is a maker of phones named Cubot.
_TOOLS = re.compile(
    r"bot/|crawler|spider|headless|phantomjs|curl/|wget/|python-|go-http-client|java/|libwww|"
    r"barracuda|mimecast|proofpoint|urldefense|trendmicro|trend micro|symantec|fireeye|forcepoint|"
    r"safelinks|bingpreview|virustotal|urlscan",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of how an answer came, all of the same visitor; None is not known.

    `since_delivery` counts seconds from delivery (or sending) to the answer, `on_page` from the
    page's first fetch to the answer; `scores_fetched` are different score links opened in that
    visit; `decoy_fetched` says that the link which people cannot see was opened in it;
    `scripts_ran` and `inputs` are told by the page: whether its script ran, and how many presses,
    taps and keys it saw; `data_centre` says that the address is of a hosting network.
    """

    since_delivery: float | None = None
    on_page: float | None = None
    scores_fetched: int = 0
    decoy_fetched: bool = False
    scripts_ran: bool = False
    inputs: int = 0
    user_agent: str | None = None
    data_centre: bool | None = None
    comment: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign of a machine; `words` say what was seen."""

    name: str
    weight: int
    words: str
    seen: Callable[[Evidence], bool]


SIGNALS = (
    # Hidden from eyes and from screen readers alike.
    Signal("decoy", 3, "opened a link that people cannot see", lambda e: e.decoy_fetched),
    Signal(
        "all_scores", 3, "opened many of the score links",
        lambda e: e.scores_fetched >= MANY_SCORES,
    ),
    # Without scripts nothing can be seen, and nothing is held against anybody.
    Signal(
        "no_input", 3, "answered without a tap, a click or a key",
        lambda e: e.scripts_ran and e.inputs == 0,
    ),
    Signal(
        "tool", 3, "the program calls itself a tool, not a browser",
        lambda e: e.user_agent is not None and bool(_TOOLS.search(e.user_agent)),
    ),
    Signal(
        "quick", 2, "answered within seconds of delivery",
        lambda e: e.since_delivery is not None and e.since_delivery < QUICK_SECONDS,
    ),
    Signal(
        "fast_click", 2, "answered faster than a person reads the page",
        lambda e: e.on_page is not None and e.on_page < CLICK_SECONDS,
    ),
    # Offices and private relays send people's traffic through data centres as well.
    Signal("data_centre", 1, "came from a data centre", lambda e: e.data_centre is True),
    # Most answers of people have none: it counts beside stronger signs alone.
    Signal("no_comment", 1, "left no comment", lambda e: not e.comment),
)  # fmt: skip


def signals(evidence: Evidence) -> tuple[Signal, ...]:
    """The signs of a machine in what is known of an answer."""
    return tuple(signal for signal in SIGNALS if signal.seen(evidence))


def suspicious(found: Iterable[Signal]) -> bool:
    """Whether an answer with these signs is set aside.

    >>> suspicious(signals(Evidence(decoy_fetched=True, comment=True)))
    False
    >>> suspicious(signals(Evidence(decoy_fetched=True, since_delivery=3)))
    True
    """
    return sum(signal.weight for signal in found) >= THRESHOLD
