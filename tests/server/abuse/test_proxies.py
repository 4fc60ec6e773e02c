"""Behind a proxy: whose address counts, who reads the figures, and that browsers stay with https."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client, override_settings

from milepost.server.settings import read


def test_browsers_are_told_to_stay_with_https_though_the_proxy_speaks_http(client: Client) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        assert client.get("/health-not")["Strict-Transport-Security"] == "max-age=31536000"


def test_on_plain_http_nothing_is_promised(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/nothing")


@pytest.mark.django_db
@pytest.mark.parametrize(("encrypted", "status"), [(True, 404), (False, 200)])
def test_a_proxy_on_this_machine_that_adds_nothing_does_not_open_the_figures(
    client: Client, encrypted: bool, status: int
) -> None:
    with override_settings(SESSION_COOKIE_SECURE=encrypted):
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == status


@pytest.mark.django_db
def test_a_client_behind_our_proxy_cannot_try_by_other_addresses(company: object) -> None:
    trusted = read(Path("nowhere"), {"MILEPOST_TRUSTED_PROXIES": "10.0.0.0/8"})
    with override_settings(MILEPOST=trusted):
        seen = [
            Client().get(
                "/a/nobody", REMOTE_ADDR="10.0.0.1",
                headers={"X-Forwarded-For": f"1.2.3.{number}, 9.9.9.9", "X-Real-IP": f"8.8.8.{number}"},
            ).status_code
            for number in range(125)
        ]  # fmt: skip

    assert seen == [404] * 120 + [429] * 5
