"""The real server over the network: slow senders shut nobody out, and no header stands in for another."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
from django.urls import reverse

from milepost.server import gateway
from tests.server.serving.conftest import Running, begin, place

__all__ = ["begin", "place"]

# With the cookie of forms, so that the form is read.
_HEAD = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken=" + b"a" * 32 + b"\r\n"
    b"Content-Length: 1000\r\n"
)
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\n\r\na="


def test_bodies_that_never_end_shut_nobody_out(begin: Callable[..., Running]) -> None:
    server = begin(MILEPOST_THREADS="2", MILEPOST_WORKER="off")
    with ExitStack() as held:
        for _ in range(4):
            slow = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(_HEAD + _FORM)
        # Until each has its thread.
        time.sleep(1)
        asked = HTTPConnection("127.0.0.1", server.port, timeout=10)
        held.callback(asked.close)
        asked.request("GET", "/health")

        assert asked.getresponse().status == 200


def test_a_header_with_underscores_is_not_the_one_of_our_proxy(
    begin: Callable[..., Running],
) -> None:
    server = begin(MILEPOST_TRUSTED_PROXIES="127.0.0.1/32", MILEPOST_WORKER="off")
    seen: Counter[int] = Counter()
    for number in range(125):
        # As a proxy sends it on: its own header, and behind it what it knows nothing of.
        headers = {"X-Forwarded-For": "192.0.2.1", "X_Forwarded_For": f"198.51.100.{number}"}
        seen[server.get("/a/nobody", **headers)[0]] += 1

    assert seen == {404: 120, 429: 5}


def test_a_header_that_is_sent_twice_counts_by_its_end(begin: Callable[..., Running]) -> None:
    server = begin(MILEPOST_TRUSTED_PROXIES="127.0.0.1/32", MILEPOST_WORKER="off")
    seen: Counter[int] = Counter()
    for number in range(125):
        asked = HTTPConnection("127.0.0.1", server.port, timeout=10)
        asked.putrequest("GET", "/a/nobody")
        asked.putheader("X-Forwarded-For", f"198.51.100.{number}")
        asked.putheader("x-forwarded-for", "192.0.2.1")
        asked.endheaders()
        seen[asked.getresponse().status] += 1
        asked.close()

    assert seen == {404: 120, 429: 5}


@pytest.mark.parametrize("address", ["imports", "upload_survey", "plan_start"])
def test_an_address_whose_form_takes_a_file_takes_a_large_body(address: str) -> None:
    assert reverse(address).startswith(gateway.UPLOADS)


def test_a_body_beyond_the_limit_is_left_unread(begin: Callable[..., Running]) -> None:
    server = begin(MILEPOST_WORKER="off")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sender:
        sender.sendall(_HEAD.replace(b"1000", b"300000000") + _FORM)

        assert sender.recv(64).startswith(b"HTTP/1.1 413")
