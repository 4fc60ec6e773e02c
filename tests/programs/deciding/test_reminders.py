"""The one reminder: after a week, in the same hours, and stopped by everything that should stop it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from milepost.programs.deciding.person import Hold
from milepost.programs.deciding.program import HoldRule
from milepost.programs.deciding.reminders import Sent, reminder_at
from tests.programs.deciding.people import ANNA, CALL, NOW, RELATION, ZONE, asked, person

DAY = timedelta(days=1)
SENT = Sent(NOW - 3 * DAY, "email")


def reminded(program=CALL, candidate=ANNA, sent=SENT, now=NOW):
    return reminder_at(program, candidate, sent, now=now, zone=ZONE)


def test_a_reminder_goes_a_week_after_the_first_sending():
    assert reminded() == NOW + 4 * DAY
    assert reminded(replace(CALL, reminder_days=5)) == NOW + 2 * DAY


def test_a_reminder_keeps_to_the_hours_of_the_recipient():
    night = replace(SENT, at=datetime(2026, 11, 20, 23, tzinfo=ZoneInfo("Asia/Tokyo")))
    at = reminded(candidate=person(zone="Asia/Tokyo"), sent=night)
    assert at == datetime(2026, 11, 28, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    thursday = replace(SENT, at=datetime(2026, 11, 19, 9, tzinfo=ZONE))
    assert reminded(RELATION, sent=thursday) == datetime(2026, 11, 30, 8, tzinfo=ZONE)


def test_a_week_over_the_change_of_clocks_is_a_week():
    before = replace(SENT, at=datetime(2026, 10, 20, 17, 30, tzinfo=UTC))
    now = before.at + DAY
    # 19:30 by the old clock, 18:30 by the new one.
    assert reminded(sent=before, now=now) == before.at + 7 * DAY


def test_a_reminder_that_is_late_goes_in_the_next_hours_or_after_two_weeks_never():
    late = replace(SENT, at=NOW - 9 * DAY)
    assert reminded(sent=late) == NOW
    assert reminded(sent=replace(SENT, at=NOW - 22 * DAY)) is None


HELD = replace(CALL, holds=(HoldRule("ticket_opened", "ticket_closed", 2),))
STOPS = {
    "answered": (CALL, ANNA, replace(SENT, answered=True)),
    "reminded": (CALL, ANNA, replace(SENT, reminded=True)),
    "survey closed": (CALL, ANNA, replace(SENT, closes_at=NOW + 4 * DAY)),
    "no reminders": (replace(CALL, reminder_days=None), ANNA, SENT),
    "paused": (replace(CALL, active=False), ANNA, SENT),
    "unsubscribed": (CALL, person(status="unsubscribed"), SENT),
    "bounced": (CALL, person(status="bounced"), SENT),
    "complained": (CALL, person(status="complained"), SENT),
    "erased": (CALL, person(status="erased"), SENT),
    "consent withdrawn": (CALL, person(consented=frozenset()), SENT),
    "address gone": (CALL, person(channels=frozenset()), SENT),
    "held": (HELD, person(holds=(Hold("ticket_opened", NOW - DAY),)), SENT),
    "asked again": (CALL, person(askings=(asked(3), asked(1))), SENT),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_a_reminder_is_stopped(stop):
    assert reminded(*stop) is None


def test_what_does_not_stop_a_reminder():
    assert reminded(candidate=person(askings=(asked(3), asked(50)))) is not None
    assert reminded(sent=replace(SENT, closes_at=NOW + 5 * DAY)) is not None
    over = Hold("ticket_opened", NOW - 9 * DAY, NOW - 4 * DAY)
    assert reminded(HELD, person(holds=(over,))) is not None
