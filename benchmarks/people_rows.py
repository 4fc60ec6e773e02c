"""What the people cases do in the database of an open project folder."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from milepost import clock
from milepost.server.actions import imports
from milepost.server.databases import writing
from milepost.server.importing.files import BATCH
from milepost.server.importing.previewing import guessed
from milepost.server.importing.running import run
from milepost.server.models import Import, Person

Figures = dict[str, Any]
_HEAD = "Customer id,E-mail,Mobile,First name,Last name,Language,Time zone,Account,Customer since,Consent,Country,Plan\n"
_FIRST = ("Ada", "Grace", "Søren", "Zoë", "Émile", "María", "Jürgen", "Alan")
_LAST = ("Lovelace", "Hopper", "Kierkegaard", "Ørsted", "Zola", "García", "Müller", "Turing")
_COLUMNS = (
    "key", "external_id", "email", "phone", "name", "name_key", "surname_key", "locale",
    "time_zone", "account", "account_key", "attributes", "preferred_channel", "consent", "status",
    "status_reason", "test", "joined_at", "created_at",
)  # fmt: skip


def both(people: int) -> Figures:
    """Wall and processor seconds of the loop by hand and of the import, on the same file and table."""
    call_command("migrate", verbosity=0)
    file = Path(settings.FOLDER) / "people.csv"
    _write(file, people)
    hand = _timed(lambda: _by_hand(file))
    assert Person.objects.count() == people
    _empty()
    job = _job(file)
    ours = _timed(lambda: run(job, "benchmark", settings.MILEPOST.own))
    assert job.counts["counts"] == {"new": people}
    again = _job(file)
    unchanged = _timed(lambda: run(again, "benchmark", settings.MILEPOST.own))
    assert again.counts["counts"] == {"unchanged": people}
    return {
        "people": people, "database": connection.vendor, "hand": hand, "import": ours,
        "again": unchanged, "load": os.getloadavg()[0],
    }  # fmt: skip


def _timed(work: Callable[[], object]) -> Figures:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - wall, "processor": time.process_time() - processor,
    }  # fmt: skip


def _write(file: Path, people: int) -> None:
    with file.open("w", encoding="utf-8") as handle:
        handle.write(_HEAD)
        for n in range(people):
            handle.write(
                f"c-{n},Person{n}@Example.com,+45 {20_000_000 + n * 37 % 70_000_000},"
                f"{_FIRST[n % 8]},{_LAST[n // 8 % 8]} {n % 9973},{('en', 'da', 'de', '')[n % 4]},"
                f"{('', 'Europe/Copenhagen', 'America/New_York', 'Asia/Tokyo')[n % 4]},"
                f"account-{n % 50_000},{2015 + n % 10}-{1 + n % 12:02}-{1 + n % 28:02},yes,"
                f"{('DK', 'DE', 'US', 'JP')[n % 4]},{('pro', 'free')[n % 2]}\n"
            )


def _by_hand(file: Path) -> None:
    """What somebody would write who trusts the file: read, insert, as many rows at a time as the import."""
    marks = ", ".join(["%s"] * len(_COLUMNS))
    text = f"INSERT INTO server_person ({', '.join(_COLUMNS)}) VALUES ({marks})"
    with file.open(encoding="utf-8", newline="") as handle:
        rows = _rows(csv.DictReader(handle))
        while batch := list(islice(rows, BATCH)):
            with writing(), connection.cursor() as cursor:
                cursor.executemany(text, batch)


def _rows(records: Iterator[dict[str, str]]) -> Iterator[tuple[Any, ...]]:
    now = connection.ops.adapt_datetimefield_value(clock.now())
    consent = json.dumps({"email": True, "sms": True})
    for one in records:
        key, name = uuid4(), f"{one['First name']} {one['Last name']}"
        yield (
            key.hex if connection.vendor == "sqlite" else key, one["Customer id"],
            one["E-mail"].lower(), one["Mobile"].replace(" ", ""), name, name.lower(),
            name.lower().rpartition(" ")[2], one["Language"], one["Time zone"], one["Account"],
            one["Account"].lower(),
            json.dumps({"Country": one["Country"], "Plan": one["Plan"]}), "", consent, "active",
            "", False, one["Customer since"], now,
        )  # fmt: skip


def _empty() -> None:
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM server_person" if sqlite else "TRUNCATE server_person CASCADE")
        if sqlite:
            cursor.execute("VACUUM")


def _job(file: Path) -> Import:
    own = settings.MILEPOST.own
    with file.open("rb") as handle:
        job = imports.receive(
            file.name, iter(lambda: handle.read(1 << 20), b""), kind="people", suffix=".csv",
            own=own, most=1 << 30,
        )  # fmt: skip
    imports.remap(
        job, guessed(file, "people", region="DK", time_zone="Europe/Copenhagen").to_json()
    )
    imports.take(job, "benchmark")
    return job
