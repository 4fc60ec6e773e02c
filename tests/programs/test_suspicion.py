"""Suspicion: machines as they behave are set aside, people as they behave are kept."""

from __future__ import annotations

from itertools import combinations

import pytest

from milepost.programs.suspicion import SIGNALS, THRESHOLD, Evidence, signals, suspicious

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
CUBOT = (
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/120.0.0.0 Safari/537.36"
)

PEOPLE = {
    "in the afternoon, without a word": Evidence(
        since_delivery=14_000, on_page=4, scripts_ran=True, inputs=2, user_agent=PHONE
    ),
    "without scripts": Evidence(since_delivery=90, on_page=3, user_agent=CUBOT),
    "by keyboard alone": Evidence(since_delivery=60, on_page=9, scripts_ran=True, inputs=1),
    "through the office's network": Evidence(
        since_delivery=300, on_page=5, scripts_ran=True, inputs=1, data_centre=True
    ),
    "waiting for the mail": Evidence(since_delivery=8, on_page=2, scripts_ran=True, inputs=1),
    "in a great hurry": Evidence(since_delivery=4000, on_page=0.5, scripts_ran=True, inputs=1),
    "at a kiosk, nothing known": Evidence(),
    "in two minds, with reasons": Evidence(
        since_delivery=200, on_page=6, scores_fetched=4, scripts_ran=True, inputs=5, comment=True
    ),
}
MACHINES = {
    "fetches every link": Evidence(since_delivery=2, scores_fetched=11, decoy_fetched=True),
    "runs scripts and posts": Evidence(since_delivery=4, on_page=0.2, scripts_ran=True),
    "a browser without a screen": Evidence(since_delivery=3600, on_page=2, user_agent=HEADLESS),
    "follows the hidden link hours later": Evidence(since_delivery=9000, decoy_fetched=True),
    "posts at once by a library": Evidence(on_page=0.1, user_agent="python-requests/2.32"),
}


@pytest.mark.parametrize("evidence", PEOPLE.values(), ids=PEOPLE)
def test_a_persons_answer_is_kept(evidence):
    assert not suspicious(signals(evidence))


@pytest.mark.parametrize("evidence", MACHINES.values(), ids=MACHINES)
def test_a_machines_answer_is_set_aside(evidence):
    assert suspicious(signals(evidence))


def test_no_sign_alone_and_no_pair_of_weak_ones_sets_an_answer_aside():
    assert not any(suspicious([signal]) for signal in SIGNALS)
    weak = [signal for signal in SIGNALS if signal.weight == 1]
    assert len(weak) == 2
    assert not suspicious(weak)


def test_every_strong_sign_needs_but_one_more():
    for one, other in combinations(SIGNALS, 2):
        if 3 in (one.weight, other.weight):
            assert suspicious([one, other]), (one.name, other.name)
    assert max(signal.weight for signal in SIGNALS) == THRESHOLD - 1


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("decoy", Evidence(decoy_fetched=True)),
        ("all_scores", Evidence(scores_fetched=4)),
        ("no_input", Evidence(scripts_ran=True)),
        ("tool", Evidence(user_agent="Mimecast-Scan")),
        ("quick", Evidence(since_delivery=0)),
        ("fast_click", Evidence(on_page=0)),
        ("data_centre", Evidence(data_centre=True)),
    ],
)
def test_each_sign_is_told_by_what_it_names(name, evidence):
    assert {signal.name for signal in signals(evidence)} == {name, "no_comment"}
    assert [signal.name for signal in signals(Evidence())] == ["no_comment"]


@pytest.mark.parametrize("agent", [PHONE, CUBOT, None, ""])
def test_browsers_are_no_tools(agent):
    assert "tool" not in {signal.name for signal in signals(Evidence(user_agent=agent))}
