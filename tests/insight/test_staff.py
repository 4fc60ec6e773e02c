"""Rosters: the calls of each hour, the agents they need, and what is said about both."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import milepost as mp
from milepost.errors import QuestionError
from milepost.insight.ahead.staffing import service_level
from milepost.insight.notebook import Opened
from tests.insight.test_forecast import CALLS
from tests.insight.test_shared_data import opened

# Times are local, whatever their zone says here: the file tells none.
Call = tuple[datetime, str, str, float | None]
PLAN = """
company: {{name: Acme, timezone: Europe/Copenhagen{hours}}}
sources:
  - name: calls
    fact: contacts
    from: calls.csv
    columns: {{contact_id: id, at: at, channel: channel, direction: direction, answered: answered{columns}}}
"""


def centre(
    folder: Path,
    calls: Iterable[Call],
    *,
    hours: str = "",
    columns: str = ", handle_seconds: seconds",
) -> Opened:
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("id", "at", "channel", "direction", "answered", "seconds"))
        for number, (at, channel, direction, seconds) in enumerate(calls):
            writer.writerow(
                (
                    number,
                    f"{at:%Y-%m-%d %H:%M}",
                    channel,
                    direction,
                    "no" if seconds is None else "yes",
                    seconds,
                )
            )
    (folder / "milepost.yaml").write_text(
        PLAN.format(hours=hours, columns=columns), encoding="utf-8"
    )
    return mp.open(folder / "milepost.yaml")


def calls(
    weeks: int, *, seed: int = 3, channel: str = "phone", answered: float = 1.0
) -> list[Call]:
    """Poisson calls from 9 to 17: 40 an hour from Monday to Friday, 8 at the weekend."""
    rng, found = np.random.default_rng(seed), []
    for day in range(weeks * 7):
        for hour in range(9, 17):
            for _ in range(rng.poisson(40 if day % 7 < 5 else 8)):
                at = datetime(2024, 1, 1, hour, tzinfo=UTC) + timedelta(
                    days=day, minutes=int(rng.integers(60))
                )
                found.append((at, channel, "inbound", 180.0 if rng.random() < answered else None))
    return found


def level(calls: float, handle: float, agents: int, seconds: float) -> float:
    """Erlang C by its textbook sum."""
    load = calls * handle / 3600
    if agents <= load:
        return 0.0
    top = load**agents / math.factorial(agents) * agents / (agents - load)
    waits = top / (sum(load**k / math.factorial(k) for k in range(agents)) + top)
    return 1 - waits * math.exp(-(agents - load) * seconds / handle)


def test_every_hour_has_the_fewest_agents_who_do(tmp_path: Path) -> None:
    told = centre(tmp_path, calls(12)).staff(service="80/20", shrinkage=30)
    assert told.handle_seconds == 180
    busy = [hour for hour in told.hours if hour.calls]
    assert {hour.hour for hour in busy} == set(range(9, 17))
    assert len(busy) == 56
    for hour in busy:
        assert hour.service_level == pytest.approx(
            level(hour.calls, 180, hour.agents, 20), abs=1e-9
        )
        assert hour.service_level >= 0.8
        assert level(hour.calls, 180, hour.agents - 1, 20) < 0.8
        assert hour.scheduled == math.ceil(hour.agents / 0.7)
        assert hour.expected < hour.calls
    weekdays = [hour.expected for hour in busy if hour.weekday < 5]
    assert np.mean(weekdays) == pytest.approx(40, rel=0.1)
    assert told.kept == pytest.approx(0.8, abs=0.12)
    assert told.notes == (
        "No business_hours are stated: every hour in which calls ever came is planned for.",
    )


def test_a_higher_quantile_or_service_takes_no_fewer(tmp_path: Path) -> None:
    plan = centre(tmp_path, calls(8))
    usual = plan.staff().agent_hours
    assert plan.staff(quantile=95).agent_hours > usual
    assert plan.staff(service="95/10").agent_hours > usual
    assert plan.staff(handle_seconds=360).agent_hours > usual
    assert plan.staff(shrinkage=0).agent_hours < usual


def test_business_hours_bound_the_roster(tmp_path: Path) -> None:
    """Half an hour open brings its calls within that half, and nobody is there on Sunday."""
    weekdays = ", ".join(
        f"{day}: '09:30-15:00'"
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    )
    told = centre(tmp_path, calls(10), hours=f", business_hours: {{{weekdays}}}").staff()
    assert {hour.weekday for hour in told.hours} == set(range(6))
    by = {(hour.weekday, hour.hour): hour for hour in told.hours}
    assert {hour for _, hour in by} == set(range(9, 15))
    half, whole = by[0, 9], by[0, 10]
    assert (half.open, whole.open) == (0.5, 1.0)
    assert half.expected == pytest.approx(whole.expected / 2, rel=0.35)
    assert abs(half.agents - whole.agents) <= 1
    assert any("came outside the business hours" in note for note in told.notes)


def test_only_calls_of_customers_count(tmp_path: Path) -> None:
    mine = calls(6)
    other = [(at, "chat", "inbound", 600.0) for at, *_ in mine]
    back = [(at, "phone", "outbound", 600.0) for at, *_ in mine]
    told = centre(tmp_path, [*mine, *other, *back]).staff()
    assert (told.calls, told.handle_seconds, told.wanted.channel) == (len(mine), 180, "phone")
    chats = centre(tmp_path, [*mine, *other, *back]).staff(channel="chat")
    assert (chats.calls, chats.handle_seconds) == (len(other), 600)


def test_local_hours_not_those_of_utc(tmp_path: Path) -> None:
    """09:00 in Copenhagen is 08:00 UTC in winter and 07:00 in summer."""
    made = [
        (datetime(2024, 3, 11, 9, 5, tzinfo=UTC) + timedelta(days=day), "phone", "inbound", 100.0)
        for day in range(42)
    ]
    told = centre(tmp_path, made).staff()
    assert {hour.hour for hour in told.hours if hour.expected} == {9}


def test_many_who_hang_up_are_told(tmp_path: Path) -> None:
    told = centre(tmp_path, calls(6, answered=0.8)).staff()
    assert told.abandoned == pytest.approx(0.2, abs=0.02)
    assert any("asks for too many agents" in note for note in told.notes)


def test_table_and_json(tmp_path: Path) -> None:
    told = centre(tmp_path, calls(6)).staff()
    page = told.table()
    assert max(map(len, page.splitlines())) <= 80
    assert "  hour     Mon   Tue" in page
    assert max(map(len, told.table(width=40).splitlines())) <= 40
    data = json.loads(told.to_json())
    assert len(data["hours"]) == 168
    assert (data["service"], data["quantile"]) == ({"share": 80.0, "seconds": 20.0}, 80.0)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda plan: plan.staff(service="80"), "'80' is not a service level"),
        (lambda plan: plan.staff(service="0/20"), "not a service level"),
        (lambda plan: plan.staff(service="100/20"), "not a service level"),
        (lambda plan: plan.staff(shrinkage=100), "shrinkage 100 is not a percentage"),
        (lambda plan: plan.staff(quantile=20), "quantile 20 is not a percentage from 50"),
        (lambda plan: plan.staff(handle_seconds=0), "give more than 0"),
        (lambda plan: plan.staff(channel="fax"), "no contact has the channel 'fax'; stated: phone"),
        (lambda plan: plan.staff(since="2024-02-20"), "a roster needs 21 days"),
        (lambda plan: plan.staff(where="teem = 'x'"), "did you mean 'team'"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, ask: Callable[[Opened], object], text: str) -> None:
    with pytest.raises(QuestionError, match=text):
        ask(centre(tmp_path, calls(8)))


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="state how long a call takes with --handle-seconds"):
        centre(tmp_path, calls(4), columns="").staff()
    assert centre(tmp_path, calls(4), columns="").staff(handle_seconds=120).handled is None
    with pytest.raises(QuestionError, match="which contacts are calls"):
        centre(tmp_path, calls(4, channel="chat")).staff()


def test_service_levels() -> None:
    assert str(service_level("90 / 15")) == "90 % of calls answered within 15 seconds"


@pytest.mark.shared
def test_the_call_centres_roster(shared: Path, tmp_path: Path) -> None:
    plan = opened(
        tmp_path, CALLS.format(file=shared / "callcenter_pwc" / "Call-Center-Dataset.xlsx")
    )
    told = plan.staff()
    assert told.calls == 5000
    assert told.handle_seconds == pytest.approx(224.92, abs=0.005)
    assert told.abandoned == pytest.approx(1 - 0.8108)
    assert {hour.hour for hour in told.hours if hour.expected} == set(range(9, 19))
    # Between five and six calls an hour of nearly four minutes: two agents at work, three on the roster.
    assert {hour.scheduled for hour in told.hours if 9 <= hour.hour < 18} == {3}
