"""Limits by key and time, and whose address counts behind proxies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from milepost import clock
from milepost.server import settings as own
from milepost.server.limits import Limit, Tries, client_address, client_key

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
THREE = Limit("three a minute", 3, 60)


def settings_with(trusted: str) -> own.Settings:
    return own.read(Path("/nowhere"), {"MILEPOST_TRUSTED_PROXIES": trusted})


def asked(remote: str, forwarded: str | None = None, trusted: str = "") -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=remote, **headers)
    return str(client_address(request, settings_with(trusted)))


@given(st.lists(st.floats(0, 300), max_size=40))
def test_no_stretch_of_time_ever_holds_more_tries_than_the_limit(seconds: list[float]) -> None:
    tries, through = Tries(), []
    for second in sorted(seconds):
        moment = START + timedelta(seconds=second)
        with clock.at(moment):
            wait = tries.wait(THREE, "a")
        if not wait:
            through.append(moment.timestamp())

    assert all(
        late - early >= THREE.seconds for early, late in zip(through, through[3:], strict=False)
    )


def test_whoever_waits_as_long_as_told_is_let_through_and_a_second_earlier_is_not() -> None:
    tries = Tries()
    for second in (0, 10, 20):
        with clock.at(START + timedelta(seconds=second)):
            assert tries.wait(THREE, "a") == 0

    with clock.at(START + timedelta(seconds=25)):
        assert tries.wait(THREE, "a") == 35
    with clock.at(START + timedelta(seconds=59)):
        assert tries.wait(THREE, "a") == 1
    with clock.at(START + timedelta(seconds=60)):
        assert tries.wait(THREE, "a") == 0


def test_keys_and_limits_do_not_wait_for_each_other() -> None:
    tries, other = Tries(), Limit("other", 1, 60)
    with clock.at(START):
        for _ in range(3):
            tries.wait(THREE, "a")
        assert tries.wait(THREE, "a") > 0
        assert tries.wait(THREE, "b") == 0
        assert tries.wait(other, "a") == 0


def test_a_success_begins_anew() -> None:
    tries = Tries()
    with clock.at(START):
        for _ in range(3):
            tries.wait(THREE, "a")
        tries.forget(THREE, "a")
        assert tries.wait(THREE, "a") == 0


def test_a_clock_that_is_set_back_shuts_nobody_out() -> None:
    tries = Tries()
    with clock.at(START):
        for _ in range(3):
            tries.wait(THREE, "a")
    with clock.at(START - timedelta(hours=5)):
        assert tries.wait(THREE, "a") == 0


def test_memory_is_bounded_and_the_busy_key_stays() -> None:
    tries = Tries(keys=100)
    with clock.at(START):
        for number in range(5_000):
            if number % 50 == 0:
                tries.wait(THREE, "busy")
            tries.wait(THREE, f"key {number}")
        assert tries.wait(THREE, "busy") > 0
        assert sum(len(known) for known in tries._times.values()) <= 100


FORGED = "203.0.113.9"


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("198.51.100.7", FORGED, "", "198.51.100.7"),
        ("198.51.100.7", FORGED, "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", None, "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", f"{FORGED}, 198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", f"{FORGED}, 198.51.100.7, 10.0.0.2", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", "10.9.9.9, 198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", f"{FORGED},198.51.100.7:4711", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::1]:443", "10.0.0.0/8", "2001:db8::1"),
        ("10.0.0.1", f"{FORGED}, nonsense", "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", f"{FORGED}, ", "10.0.0.0/8", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "10.0.0.0/8", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.0/8", "10.0.0.3"),
        ("", FORGED, "10.0.0.0/8", "None"),
    ],
)
def test_the_address_is_the_last_one_that_is_no_proxy_of_ours(
    remote: str, forwarded: str | None, trusted: str, expected: str
) -> None:
    assert asked(remote, forwarded, trusted) == expected


@given(st.lists(st.ip_addresses().map(str), max_size=5))
def test_what_a_client_writes_into_the_header_changes_nothing(forged: list[str]) -> None:
    honest = asked("10.0.0.1", "198.51.100.7", "10.0.0.0/8")
    header = ", ".join([*forged, "198.51.100.7"])

    assert asked("10.0.0.1", header, "10.0.0.0/8") == honest
    assert asked("198.51.100.7", header, "10.0.0.0/8") == honest


def test_ipv6_counts_by_its_network_of_64_bits() -> None:
    def key(address: str) -> str:
        return client_key(RequestFactory().get("/", REMOTE_ADDR=address))

    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert key("2001:db8:1:3::1") != key("2001:db8:1:2::1")
    assert key("::ffff:198.51.100.7") == key("198.51.100.7") == "198.51.100.7"


def test_a_network_that_is_none_is_told_at_the_start() -> None:
    with pytest.raises(own.SettingError, match=r"PROXIES: '10\.0\.0\.0/99' is no network"):
        settings_with("127.0.0.1, 10.0.0.0/99")
