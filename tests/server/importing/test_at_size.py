"""What makes an import quick changes nothing of what it does, and one batch takes as many queries as another."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.server.importing import phones
from milepost.server.importing.newcomers import newcomer
from milepost.server.importing.running import run
from milepost.server.importing.tables import insert, update
from milepost.server.models import Event, Person
from tests.server.serving.conftest import Place, empty

from .conftest import Runs, counts_of

REGIONS = st.none() | st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
CODES = st.sampled_from(sorted(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE)))
DIGITS = st.text("0123456789 ", max_size=14)
NUMBERS = st.one_of(
    st.tuples(st.just("+"), CODES, st.sampled_from(["", "0", "1", " (0)", "-"]), DIGITS).map("".join),
    st.tuples(st.sampled_from(["", "0", "00", "011", "1"]), CODES | st.just(""), DIGITS).map("".join),
    st.text("+0123456789 ().-", max_size=18),
)  # fmt: skip


def _library(text: str, region: str | None) -> str | None:
    """What the library alone makes of a number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.PhoneNumberFormat.E164
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, e164) if possible else None


@settings(max_examples=1_500)
@given(NUMBERS, REGIONS)
@example("+39 0236618300", None)
@example("+44 (0)20 7946 0018", None)
@example("020 7946 0018", "GB")
@example("32 12 34 56", "DK")
@example("4532123456", "DK")
def test_a_number_is_read_as_the_library_reads_it(text: str, region: str | None) -> None:
    assert phones.e164(text, region) == _library(text, region)


@pytest.mark.parametrize(("text", "region"), [("+45 32 12 34 56", None), ("202-555-0143", "US")])
def test_a_plain_number_does_not_go_to_the_library(
    text: str, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = _library(text, region)
    monkeypatch.setattr(phonenumbers, "parse", None)
    assert phones.e164(text, region) == wanted


@pytest.mark.django_db
def test_a_newcomer_is_the_person_that_django_would_make() -> None:
    now = clock.now()
    ours, theirs = newcomer(now, test=True), Person(created_at=now, updated_at=now, test=True)
    columns = {field.attname for field in Person._meta.concrete_fields} - {"key"}
    assert {name: getattr(ours, name) for name in columns} == {
        name: getattr(theirs, name) for name in columns
    }
    assert ours.key != newcomer(now, test=True).key
    assert ours.attributes is not newcomer(now, test=True).attributes
    ours.save()
    assert Person.objects.get().key == ours.key


@pytest.mark.django_db
def test_rows_are_written_as_django_writes_them() -> None:
    now = clock.now()
    said = {
        "name": "Zoë", "attributes": {"a": "ø'\"", "b": ""}, "consent": {"email": False},
        "joined_at": now, "created_at": now, "updated_at": None,
    }  # fmt: skip
    insert([Person(email="ours@example.com", **said)])
    Person.objects.bulk_create([Person(email="theirs@example.com", **said)])
    ours, theirs = (
        Person.objects.filter(email=f"{who}@example.com").values().get()
        for who in ("ours", "theirs")
    )
    own = ("id", "key", "email")
    assert {k: v for k, v in ours.items() if k not in own} == {
        k: v for k, v in theirs.items() if k not in own
    }


@pytest.mark.django_db
def test_only_the_named_columns_are_written() -> None:
    person = Person.objects.create(email="ada@example.com", name="Ada")
    person.name, person.attributes, person.account = "Ada King", {"a": "1"}, "Engines"
    update([person], ["name", "attributes"])
    kept = Person.objects.get()
    assert (kept.name, kept.attributes, kept.account) == ("Ada King", {"a": "1"}, "")


def _people(count: int, name: str) -> str:
    lines = [f"k{n},user{n}@example.com,{name}" for n in range(count)]
    return "\n".join(["customer id,email,name", *lines]) + "\n"


def _events(count: int, key: str) -> str:
    lines = [f"k{n},call,2026-05-31,{key}{n},phone" for n in range(count)]
    return "\n".join(["customer id,event,at,key,channel", *lines]) + "\n"


@pytest.mark.parametrize("kind", ["people", "events"])
def test_a_batch_of_many_takes_as_many_queries_as_of_few(runs: Runs, kind: str) -> None:
    runs(_people(400, "Ada"))
    told = []
    for count in (2, 400):
        content = (
            _people(count, f"Bo {count}") if kind == "people" else _events(count, f"e{count}-")
        )
        job = runs.receive(content, kind=kind)
        runs.begin(job)
        with CaptureQueriesContext(connection) as queries:
            run(job, "tester", runs.own)
        assert counts_of(job) in ({"changed": count}, {"new": count})
        told.append([_verb(one["sql"]) for one in queries.captured_queries])
    assert told[0] == told[1]


def _verb(sql: str) -> str:
    """What a statement does; of one run for many rows Django says first how often."""
    return re.sub(r"^\d+ times: ", "", sql).partition(" ")[0]


def test_an_event_known_by_another_import_in_between_is_kept_once(runs: Runs) -> None:
    person = Person.objects.create(external_id="k1")
    event = Event(person=person, name="call", key="c1", at=clock.now())
    insert([event], known=True)
    insert([event], known=True)
    assert Event.objects.count() == 1


BEGUN = """
from milepost.server.migrating import bring_up
bring_up()
from milepost.server.actions import imports
from milepost.server.importing.previewing import guessed
from django.conf import settings
own = settings.MILEPOST.own
for name in ("one", "two"):
    data = Path(name + ".csv").read_bytes()
    job = imports.receive(name, [data], kind="people", suffix=".csv", own=own, most=1 << 30)
    imports.remap(job, guessed(own / job.path, "people", region="DK", time_zone="UTC").to_json())
    imports.take(job, name)
    print(job.pk)
"""
TAKING = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
settings = open_server(Path())
from milepost.server.importing.running import run
from milepost.server.models import Import
job = Import.objects.get(pk=sys.argv[1])
print("ready", flush=True)
input()
run(job, job.claimed_by, settings.own)
"""
TOLD = """
from milepost.server.models import Import, Person
for job in Import.objects.order_by("pk"):
    counts = job.counts["counts"]
    print(job.state, job.read, sum(counts.values()), counts.get("new", 0))
print(Person.objects.count(), len(set(Person.objects.values_list("name", flat=True))))
"""


@pytest.mark.slow
def test_two_importers_at_once_make_everybody_once(tmp_path: Path) -> None:
    """The same people in opposite orders: each waits for what the other is writing."""
    count = 5_000
    with empty(tmp_path / "project") as place:
        head, *rows = _people(count, "Ada").splitlines()
        for name, lines in (
            ("one", rows),
            ("two", [row.replace("Ada", "Bo") for row in rows[::-1]]),
        ):
            (place.folder / f"{name}.csv").write_text("\n".join([head, *lines]) + "\n")
        jobs = place.python(BEGUN).stdout.split()
        both = [_started(place, job) for job in jobs]
        for process in both:
            assert process.stdout is not None
            process.stdout.readline()
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=300)[1] for process in both]
        assert [process.returncode for process in both] == [0, 0], told
        *imports, people = [line.split() for line in place.python(TOLD).stdout.splitlines()]
    assert [one[:3] for one in imports] == [["done", str(count), str(count)]] * 2
    assert sum(int(one[3]) for one in imports) == count
    assert people[0] == str(count)


def _started(place: Place, job: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", TAKING, job], cwd=place.folder, env=place.environ,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
