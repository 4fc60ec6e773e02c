"""What refusals mean, by the codes of RFC 3463 and by the words that large providers use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.channels.email.verdict import classify, retry_at

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "status", "text", "kind"),
    [
        # RFC 3463, 3.2: address status.
        (550, "5.1.1", "bad destination mailbox address", "permanent"),
        (550, "5.1.2", "bad destination system address", "permanent"),
        (553, "5.1.3", "bad destination mailbox address syntax", "permanent"),
        (550, "5.1.6", "mailbox has moved", "permanent"),
        (553, "5.1.7", "bad sender's mailbox address syntax", "policy"),
        (553, "5.1.8", "bad sender's system address", "policy"),
        (556, "5.1.10", "recipient address has null MX", "permanent"),  # RFC 7505
        # 3.3: mailbox status.
        (550, "5.2.1", "mailbox disabled, not accepting messages", "permanent"),
        (552, "5.2.2", "mailbox full", "transient"),
        (552, "5.2.3", "message length exceeds administrative limit", "policy"),
        # 3.4 and 3.5: the systems and the way between them.
        (554, "5.3.0", "mail system", "transient"),
        (552, "5.3.4", "message too big for system", "policy"),
        (550, "5.4.4", "unable to route", "permanent"),
        (554, "5.4.6", "routing loop detected", "transient"),
        # 3.6 to 3.8: protocol, content, rules.
        (500, "5.5.2", "syntax error", "policy"),
        (554, "5.6.0", "media error", "policy"),
        (550, "5.7.1", "delivery not authorized, message refused", "policy"),
        (550, "5.7.26", "unauthenticated sender", "policy"),  # RFC 7372
        # 4.x.x passes, whatever it is about.
        (450, "4.1.1", "user unknown", "transient"),
        (451, "4.7.1", "Greylisting in action, please come back later", "transient"),
        (421, "4.3.2", "system not accepting network messages", "transient"),
        (450, "", "try again later", "transient"),
        (None, "", "connection timed out", "transient"),
        # No enhanced code, or one that says nothing: the words count.
        (550, "", "No such user here", "permanent"),
        (550, "", "Requested action not taken: mailbox unavailable", "policy"),
        (550, "5.0.0", "<x@example.org>... User unknown", "permanent"),
        (554, "", "delivery error: dd This user doesn't have a yahoo.example account", "permanent"),
        (550, "5.4.1", "Recipient address rejected: Access denied", "permanent"),
        (554, "5.0.0", "Service unavailable; client host blocked using spamhaus", "policy"),
        (552, "", "Quota exceeded (mailbox for user is full)", "transient"),
        (550, "", "Host or domain name not found", "permanent"),
        (550, "", "5.1.1 The email account that you tried to reach is not there", "permanent"),
        (554, "", "Transaction failed", "policy"),
        # A code that says something beats the words beside it.
        (550, "5.1.1", "user unknown; see our rules about spam", "permanent"),
        (550, "5.9.9", "", "policy"),
    ],
)
def test_a_refusal_is_judged(code: int | None, status: str, text: str, kind: str) -> None:
    verdict = classify(code, status, text)
    assert verdict.kind == kind, verdict
    assert verdict.reason


@given(
    code=st.integers(400, 499),
    status=st.from_regex(r"4\.\d{1,2}\.\d{1,2}", fullmatch=True) | st.just(""),
    text=st.text(max_size=60).filter(lambda text: "." not in text),
)
def test_nobody_is_given_up_for_a_passing_refusal(code: int, status: str, text: str) -> None:
    assert classify(code, status, text).kind == "transient"


@given(text=st.text(max_size=200), status=st.text(max_size=10), code=st.integers(500, 599))
def test_any_words_get_a_verdict(text: str, status: str, code: int) -> None:
    assert classify(code, status, text).kind in ("permanent", "transient", "policy")


def test_tries_come_further_and_further_apart_and_end_within_two_days() -> None:
    moments, moment, tries = [NOW], NOW, 0
    while (following := retry_at(tries := tries + 1, moment)) is not None:
        moments.append(moment := following)
    waits = [after - before for before, after in pairwise(moments)]
    assert waits == sorted(waits)
    assert min(waits) >= timedelta(minutes=5)
    assert timedelta(hours=24) < moments[-1] - NOW < timedelta(hours=48)
    assert retry_at(0, NOW) is None
