"""The pages of people and imports: found, added, changed, asked no more, and files taken in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost import clock
from milepost.server.actions.events import happened
from milepost.server.models import Audit, Company, Import, Person
from milepost.server.queries import people as queries
from milepost.server.worker.importing import take_in

SignedIn = Callable[[str], Client]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("manager")


def _upload(
    client: Client, content: bytes, *, name: str = "people.csv", kind: str = "people"
) -> Import:
    answer = client.post(
        "/people/imports", {"kind": kind, "file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def _choices(client: Client, job: Import) -> dict[str, str]:
    """What the mapping page would post back as it stands."""
    form = client.get(f"/people/imports/{job.pk}").context["form"]
    return {name: value for name, value in form.initial.items() if value not in (None, False)}


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "LOVE",
        "lovelace",
        "ada@exam",
        "+4532",
        "32 12 34",
        "c-1",
        "Ørsted's Ana",
        "ØRSTED'S analytical",
        "Ada Lovelace",
    ],
)
def test_a_person_is_found_by_the_beginning_of_what_is_known(ada: Person, text: str) -> None:
    ada.phone, ada.account = "+4532123456", "Ørsted's Analytical Engines"
    ada.save(update_fields=["phone", "account"])
    Person.objects.create(email="zz@example.org", name="Zeno")
    assert [one.pk for one in queries.search(text, region="DK").people] == [ada.pk]


def test_accents_and_case_do_not_matter(company: Company) -> None:
    Person.objects.create(email="zoe@example.com", name="Zoë Brontë")
    assert queries.search("zoe").people
    assert queries.search("BRONTE").people


def test_a_search_that_finds_too_many_says_so(company: Company) -> None:
    Person.objects.bulk_create(Person(email=f"user{n}@example.com") for n in range(60))
    found = queries.search("user")
    assert (len(found.people), found.more) == (50, True)
    assert queries.search("%").people == queries.search("_").people == []


def test_searches_go_by_an_index(company: Company) -> None:
    with CaptureQueriesContext(
        connection,
    ) as told:
        queries.search("someone")
    for query in told.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query['sql']}"
            )
            plan = str(cursor.fetchall())
        if connection.vendor == "sqlite":
            assert "SEARCH" in plan, (query["sql"], plan)


def test_pages_follow_each_other_without_gap_or_repeat(client: Client) -> None:
    Person.objects.bulk_create(Person(email=f"user{n}@example.com") for n in range(120))
    seen: list[int] = []
    before = ""
    for _ in range(3):
        found = client.get("/people", {"before": before}).context["found"]
        seen += [one.pk for one in found.people]
        before = str(found.after or "")
    assert sorted(seen) == sorted(Person.objects.values_list("pk", flat=True))
    assert len(seen) == len(set(seen))


def test_a_list_of_many_takes_as_many_queries_as_of_one(client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get("/people")
        return len(told)

    client.get("/people")
    Person.objects.create(email="one@example.com")
    few = count()
    Person.objects.bulk_create(Person(email=f"user{n}@example.com") for n in range(100))
    assert count() == few


def test_a_person_is_added_as_checked(client: Client) -> None:
    answer = client.post(
        "/people/new",
        {
            "name": "Bo",
            "email": "BO@Example.com",
            "phone": "32 12 34 56",
            "attributes": "country: DK\ntier: gold: plus",
            "consent_email": "no",
        },
    )
    bo = Person.objects.get()
    assert answer["Location"] == reverse("person", args=[bo.key])
    assert (bo.email, bo.phone, bo.consent) == ("bo@example.com", "+4532123456", {"email": False})
    assert bo.attributes == {"country": "DK", "tier": "gold: plus"}
    assert Audit.objects.get(verb="added").object_id == str(bo.pk)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "Bo"}, "Give an e-mail address"),
        ({"email": "nope"}, "Not an e-mail address"),
        ({"email": "b@example.com", "phone": "1"}, "Not a phone number"),
        ({"email": "b@example.com", "time_zone": "Mars/Base"}, "Not a time zone"),
        ({"email": "b@example.com", "locale": "xx-zz-yy"}, "Not a language"),
        ({"email": "b@example.com", "attributes": "no colon"}, "each line is a name"),
        ({"email": "b@example.com", "attributes": "x" * 61 + ": 1"}, "longer than 60"),
        ({"email": "ada@example.com"}, "another person has this e-mail address"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    client: Client, ada: Person, given: dict[str, str], said: str
) -> None:
    answer = client.post("/people/new", given)
    assert said.lower() in answer.content.decode().lower()
    assert list(Person.objects.all()) == [ada]


def test_editing_changes_what_was_changed_alone(client: Client, ada: Person) -> None:
    form = client.get(f"/people/{ada.key}/edit").context["form"]
    Person.objects.filter(pk=ada.pk).update(status="bounced")
    client.post(f"/people/{ada.key}/edit", {**form.initial, "account": "Engines"})
    ada.refresh_from_db()
    assert (ada.account, ada.status, ada.email) == ("Engines", "bounced", "ada@example.com")
    assert Audit.objects.get(verb="edited").detail == {"columns": ["account"]}


def test_unsubscribing_and_coming_back_take_a_reason(client: Client, ada: Person) -> None:
    assert client.post(f"/people/{ada.key}/unsubscribe", {"reason": ""}).status_code == 400
    client.post(f"/people/{ada.key}/unsubscribe", {"reason": "asked by phone"})
    ada.refresh_from_db()
    assert (ada.status, ada.status_reason) == ("unsubscribed", "asked by phone")
    client.post(f"/people/{ada.key}/resubscribe", {"reason": "changed her mind"})
    ada.refresh_from_db()
    assert ada.status == "active"


def test_marking_as_test_takes_out_of_the_count(client: Client, ada: Person) -> None:
    client.post(f"/people/{ada.key}/test")
    assert Person.objects.counted().count() == 0
    client.post(f"/people/{ada.key}/test")
    assert Person.objects.counted().count() == 1


def test_the_story_is_one_line_of_time(client: Client, ada: Person) -> None:
    happened(
        "delivered",
        ada,
        at=clock.now(),
        key="o1",
        touchpoint="delivery",
        details={"store": HOSTILE},
    )
    told = client.get(f"/people/{ada.key}").content.decode()
    assert "delivered" in told
    assert "delivery" in told
    assert HOSTILE not in told
    assert "&lt;script&gt;" in told


def test_a_file_goes_from_upload_to_people(client: Client) -> None:
    job = _upload(client, b"E-Mail,Navn,Land\nada@example.com,Ada,DK\nwrong,Bo,DK\n")
    shown = client.get(f"/people/imports/{job.pk}").content.decode()
    assert "ada@example.com" in shown
    assert "not an e-mail address" in shown
    choices = _choices(client, job)
    client.post(f"/people/imports/{job.pk}", {**choices, "column_2": "ignore", "do": "rehearse"})
    assert b"follow.js" in client.get(f"/people/imports/{job.pk}").content
    take_in("w")
    assert (
        "A dry run: nothing was written."
        in client.get(f"/people/imports/{job.pk}").content.decode()
    )
    assert not Person.objects.exists()
    client.post(f"/people/imports/{job.pk}", {**choices, "column_2": "ignore", "do": "import"})
    take_in("w")
    ada = Person.objects.get()
    assert (ada.name, ada.attributes) == ("Ada", {})
    done = client.get(f"/people/imports/{job.pk}").content.decode()
    assert "Download what was not taken" in done
    assert "follow.js" not in done
    rejects = client.get(f"/people/imports/{job.pk}/rejects")
    assert b"".join(rejects.streaming_content).decode().splitlines() == [  # type: ignore[attr-defined]
        "record,column,value,reason",
        "2,E-Mail,wrong,not an e-mail address",
    ]


def test_an_import_is_sent_off_once(client: Client) -> None:
    job = _upload(client, b"email\nada@example.com\n")
    choices = _choices(client, job)
    for _ in range(2):
        client.post(f"/people/imports/{job.pk}", {**choices, "do": "import"})
    assert Audit.objects.filter(verb="import waits").count() == 1
    client.post(f"/people/imports/{job.pk}/discard")
    assert Import.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("people.pdf", b"%PDF-", "neither CSV nor XLSX"),
        ("people.csv", b"%PDF-1.7", "PDF"),
        ("people.csv", b"email,name\nada@example.com,A\x00da\n", "NUL"),
        ("people.xlsx", b"nothing", "workbook"),
        (f"{HOSTILE.replace('/', '')}.csv", b"", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page_and_not_kept(
    client: Client, name: str, content: bytes, said: str
) -> None:
    from django.conf import settings

    answer = client.post(
        "/people/imports", {"kind": "people", "file": SimpleUploadedFile(name, content)}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert" not in text
    assert str(settings.MILEPOST.own) not in text
    assert not Import.objects.exists()
    assert said in text


def test_hostile_headings_and_cells_are_shown_as_text(client: Client) -> None:
    heading, cell = HOSTILE.replace('"', '""'), HOSTILE.replace('"', '""')
    job = _upload(client, f'email,"{heading}"\n"{cell}","{cell}"\n'.encode(), name="x<b>.csv")
    for page in (f"/people/imports/{job.pk}", "/people/imports"):
        assert "<script>alert" not in client.get(page).content.decode()
    answer = client.post(
        f"/people/imports/{job.pk}", {**_choices(client, job), "column_0": HOSTILE}
    )
    assert "<script>alert" not in answer.content.decode()


def test_a_mapping_that_names_nobody_is_refused(client: Client) -> None:
    job = _upload(client, b"email\nada@example.com\n")
    answer = client.post(
        f"/people/imports/{job.pk}", {**_choices(client, job), "column_0": "ignore", "do": "import"}
    )
    assert "one must be" in answer.content.decode()
    assert Import.objects.get().state == "uploaded"


def test_an_upload_is_never_served(client: Client) -> None:
    job = _upload(client, b"email\nada@example.com\n")
    assert client.get(f"/{job.path}").status_code == 404
    assert client.get(f"/static/{job.path}").status_code == 404
    assert client.get(f"/people/imports/{job.pk}/rejects").status_code == 404
    assert Path(job.path).name != "people.csv"


def test_a_file_of_events_is_taken_in_by_its_own_rules(client: Client, ada: Person) -> None:
    job = _upload(client, b"customer id,when,order id\nc-1,2026-05-31,o1\n", kind="events")
    choices = _choices(client, job)
    answer = client.post(f"/people/imports/{job.pk}", {**choices, "do": "import"})
    assert "name them all at once" in answer.content.decode()
    client.post(f"/people/imports/{job.pk}", {**choices, "event": "delivered", "do": "import"})
    take_in("w")
    assert ada.events.get().name == "delivered"
