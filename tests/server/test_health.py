"""The server says whether it lives, to anybody."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_health_is_open_to_anybody(client: Client) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "workers": 0,
        "last_beat_seconds": None,
        "oldest_due_seconds": 0.0,
    }
