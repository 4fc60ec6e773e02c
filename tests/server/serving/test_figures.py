"""Health and Prometheus: figures that are true, shown to whom they are meant for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from milepost import clock
from milepost.server.models import Beat, Notice, Person, Response, Survey, Version
from milepost.server.settings import read
from tests.conftest import ROOT
from tests.server.serving.conftest import POSTGRES

pytestmark = pytest.mark.django_db
LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


def with_token(token: str) -> override_settings:
    return override_settings(MILEPOST=read(ROOT / "nowhere", {"MILEPOST_METRICS_TOKEN": token}))


def samples(client: Client) -> dict[tuple[str, tuple[str, ...]], float]:
    text = client.get("/metrics", **LOCAL).content.decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_suite_runs_on_the_database_that_is_named() -> None:
    assert connection.vendor == ("postgresql" if POSTGRES else "sqlite")


def test_health_tells_of_workers_and_what_waits(client: Client) -> None:
    assert client.get("/health").json() == {
        "status": "ok", "workers": 0, "last_beat_seconds": None, "oldest_due_seconds": 0.0,
    }  # fmt: skip

    now = clock.now()
    Beat.objects.create(worker="old", host="h", at=now - timedelta(hours=2))
    Beat.objects.create(worker="new", host="h", at=now)
    due = now - timedelta(seconds=90)
    Notice.objects.create(kind="t", subject_key="1", to="a@b.example", due_at=due)
    with clock.at(now + timedelta(seconds=5)):
        assert client.get("/health").json() == {
            "status": "ok", "workers": 1, "last_beat_seconds": 5.0, "oldest_due_seconds": 95.0,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("remote", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
        ("10.0.0.7", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
def test_without_a_token_only_this_machine_sees_figures(
    client: Client, remote: str, headers: dict[str, str], status: int
) -> None:
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=remote).status_code == status


@pytest.mark.parametrize(
    ("sent", "status"),
    [("Bearer figures", 200), ("Bearer figure", 404), ("figures", 404), ("", 404)],
)
def test_a_token_is_asked_of_everybody(client: Client, sent: str, status: int) -> None:
    with with_token("figures"):
        answer = client.get("/metrics", headers={"Authorization": sent}, **LOCAL)
    assert answer.status_code == status


def test_the_figures_are_what_the_database_holds(client: Client) -> None:
    survey = Survey.objects.create(name="s", title="S", document={})
    version = Version.objects.create(survey=survey, number=1, fingerprint="x", document={})
    common = {"survey": survey, "version": version, "day": clock.now().date()}
    for state, count in (("complete", 3), ("partial", 2)):
        Response.objects.bulk_create(Response(state=state, **common) for _ in range(count))
    Response.objects.create(state="complete", quarantined=True, **common)
    Response.objects.create(state="complete", test=True, **common)
    Person.objects.create(external_id="1")
    Person.objects.create(external_id="2", status="unsubscribed")
    Person.objects.create(external_id="3", test=True)

    found = samples(client)
    assert found["milepost_answers", ("complete",)] == 3
    assert found["milepost_answers", ("partial",)] == 2
    assert found["milepost_answers", ("quarantined",)] == 1
    assert found["milepost_people", ("active",)] == 1
    assert found["milepost_people", ("unsubscribed",)] == 1


def test_requests_are_counted_by_route_and_never_by_path(client: Client) -> None:
    before = samples(client).get(("milepost_requests_total", ("unknown", "404")), 0)
    client.get("/nowhere/Zk3vP0w9yQm1x7Rr2LtS8A")

    after = samples(client)
    assert after["milepost_requests_total", ("unknown", "404")] == before + 1
    assert not any("Zk3v" in label for _, labels in after for label in labels)


def test_every_answer_names_its_request(client: Client) -> None:
    first, second = (client.get("/health", headers={"X-Request-Id": "mine"}) for _ in range(2))

    assert len(first["X-Request-Id"]) == 12
    assert first["X-Request-Id"] != second["X-Request-Id"]
