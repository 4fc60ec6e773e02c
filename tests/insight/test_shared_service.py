"""Calls, complaints and tickets as they were published: what service metrics make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.facts import refresh
from tests.insight.published import cut, opened, whole

pytestmark = pytest.mark.shared

CALLS = """
every: month
sources:
  - name: calls
    fact: contacts
    from: {file}
    read: {{sheet: raw_data}}
    columns:
      contact_id: Call Id
      at: "= Date || ' ' || Time"
      agent: Agent
      topic: Topic
      answered: Answered (Y/N)
      resolved: Resolved
      wait_seconds: Speed of answer in seconds
      handle_seconds: AvgTalkDuration
  - name: ratings
    fact: responses
    from: {file}
    read: {{sheet: raw_data}}
    columns: {{response_id: Call Id, answered_at: "= Date || ' ' || Time"}}
    attributes: {{agent: Agent}}
    questions: [{{name: rating, type: csat, score: Satisfaction rating}}]
metrics:
  - {{name: resolved_calls, title: Resolved, fact: contacts, share: resolved}}
"""


def test_call_centre_workbook(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, CALLS.format(file=shared / "callcenter_pwc/Call-Center-Dataset.xlsx"))
    assert all(b.account.adds_up for b in refresh(plan.project).built.values())
    assert whole(plan, "contact_volume").value == 5000
    for metric, value, within in (
        ("answered_share", 81.08, 1e-6), ("call_abandonment", 18.92, 1e-6),
        ("resolved_calls", 72.92, 1e-6), ("first_contact_resolution_agent_marked", 89.94, 0.005),
        ("wait_time", 67.52, 0.005), ("csat", 49.90, 0.005), ("csat_mean", 3.4036, 5e-5),
    ):  # fmt: skip
        assert whole(plan, metric).value == pytest.approx(value, abs=within), metric


COMPLAINTS = """
every: month
sources:
  - name: complaints
    fact: tickets
    from: {file}
    read: {{dates: "{dates}"}}
    columns: {{ticket_id: "Ticket #", opened_at: "{opened}", status: Status, channel: Received Via}}
    attributes: {{state: State}}
metrics:
  - {{name: resolved, title: Resolved, fact: tickets, share: "status in ('Closed', 'Solved')", good: high}}
"""
DAY, MONTH, YEAR = "substr(Date, 1, 2)", "substr(Date, 4, 2)", "substr(Date, 7, 4)"
REPAIRED = (
    f"= case when {DAY}::int <= 12 then {YEAR} || '-' || {DAY} || '-' || {MONTH}"
    f" else {YEAR} || '-' || {MONTH} || '-' || {DAY} end"
)


def complaints(folder: Path, shared: Path, *, repaired: bool = False):
    file = shared / "comcast_complaints" / "Comcast_telecom_complaints_data.csv"
    opened_at, dates = (REPAIRED, "%Y-%m-%d") if repaired else ("Date", "%d-%m-%Y")
    return opened(folder, COMPLAINTS.format(file=file, dates=dates, opened=opened_at))


def test_complaints_resolved_by_channel_and_state(shared: Path, tmp_path: Path) -> None:
    plan = complaints(tmp_path, shared)
    assert whole(plan, "tickets").value == 2224
    assert whole(plan, "resolved").value == pytest.approx(76.75, abs=0.005)
    assert cut(plan, "resolved", "channel") == {
        "Customer Care Call": (pytest.approx(77.21, abs=0.005), 1119),
        "Internet": (pytest.approx(76.29, abs=0.005), 1105),
    }
    states = cut(plan, "tickets", "state")
    assert [states[name][1] for name in ("Georgia", "Florida", "California")] == [288, 240, 220]


def test_complaints_by_month_as_published_and_the_note(shared: Path, tmp_path: Path) -> None:
    plan = complaints(tmp_path, shared)
    assert [cell.value for cell in plan.measure("tickets", every="month").cells] == [
        55, 59, 45, 375, 317, 1046, 49, 67, 55, 53, 38, 65,
    ]  # fmt: skip
    days = {c.since.isoformat(): c.value for c in plan.measure("tickets", every="day").cells}
    assert (days["2015-06-24"], days["2015-06-23"]) == (218, 190)
    (note,) = refresh(plan.project).built["complaints"].account.notes
    assert "'Date': day and month look swapped in 609 records" in note
    assert "9 of 12 months hold no later day" in note
    assert "swapped back they fill 2015-04-01 to 2015-06-30" in note


def test_complaints_with_day_and_month_swapped_back(shared: Path, tmp_path: Path) -> None:
    plan = complaints(tmp_path, shared, repaired=True)
    assert [cell.value for cell in plan.measure("tickets", every="month").cells] == [545, 399, 1280]
    account = refresh(plan.project).built["complaints"].account
    assert (account.first_day, account.last_day) == ("2015-04-01", "2015-06-30")
    assert account.notes == ()


EVENTS = """
every: all
sources:
  - name: desk
    fact: tickets
    from: {file}
    group: CaseID
    columns: {{ticket_id: CaseID, opened_at: "= min(CompleteTimestamp)", resolved_at: "= max(CompleteTimestamp)"}}
"""


@pytest.mark.parametrize(
    ("file", "events", "cases", "mean", "median"),
    [
        ("helpdesk", 13_710, 3_804, 8.798, 3.928),
        ("bpi_13_incidents", 65_533, 7_554, 12.079, 7.549),
    ],
)
def test_tickets_of_event_lines(
    shared: Path, tmp_path: Path, file: str, events: int, cases: int, mean: float, median: float
) -> None:
    plan = opened(tmp_path, EVENTS.format(file=shared / "event_logs" / f"{file}.csv"))
    account = refresh(plan.project).built["desk"].account
    assert (account.records, account.groups, account.adds_up) == (events, cases, True)
    assert whole(plan, "resolution_time").value == pytest.approx(mean * 86_400, abs=0.0005 * 86_400)
    # A quantile comes from a histogram that is exact to one per cent.
    assert whole(plan, "resolution_time_median").value == pytest.approx(median * 86_400, rel=0.01)
