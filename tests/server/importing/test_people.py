"""People from files: who is meant, what changes, what is refused; whatever the file's form."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.server.importing.mapping import Mapping
from milepost.server.importing.merging import ERASED, TWO_PEOPLE
from milepost.server.importing.running import rehearse, run
from milepost.server.models import Audit, Dirty, Import, Person

from .conftest import Runs, counts_of

HEAD = "Kundenummer,E-Mail-Adresse,Mobil,Vorname,Nachname,Sprache,Land\n"


def test_a_file_of_new_people_is_kept_as_it_says(runs: Runs) -> None:
    job = runs(HEAD + "k1,Ada@Example.COM,32 12 34 56,Ada,Lovelace,da_DK,UK\n")
    ada = Person.objects.get()
    assert (ada.external_id, ada.email, ada.phone) == ("k1", "ada@example.com", "+4532123456")
    assert (ada.name, ada.locale, ada.attributes) == ("Ada Lovelace", "da-DK", {"Land": "UK"})
    assert (ada.name_key, ada.surname_key, ada.status) == ("ada lovelace", "lovelace", "active")
    assert (job.state, job.read, counts_of(job)) == ("done", 1, {"new": 1})
    assert Dirty.objects.filter(fact="customers").exists()


def test_the_same_file_again_changes_nothing(runs: Runs) -> None:
    content = HEAD + "k1,ada@example.com,,Ada,L,,DK\nk2,bo@example.com,,Bo,,,\n"
    runs(content)
    before = list(Person.objects.order_by("pk").values())
    assert counts_of(runs(content)) == {"unchanged": 2}
    assert list(Person.objects.order_by("pk").values()) == before


def test_later_values_win_and_blank_ones_change_nothing(runs: Runs) -> None:
    runs(HEAD + "k1,ada@example.com,32123456,Ada,L,da,DK\n")
    job = runs(HEAD + "k1,new@example.com,,,,,SE\n")
    ada = Person.objects.get()
    assert (ada.email, ada.phone, ada.name, ada.locale) == (
        "new@example.com",
        "+4532123456",
        "Ada L",
        "da",
    )
    assert ada.attributes == {"Land": "SE"}
    assert counts_of(job) == {"changed": 1}


def test_rows_of_one_person_in_one_file_are_merged(runs: Runs) -> None:
    job = runs(
        HEAD + "k1,ada@example.com,,Ada,,,\n,ADA@example.com,32123456,,,,\n,,+4532123456,,,de,\n"
    )
    ada = Person.objects.get()
    assert (ada.external_id, ada.phone, ada.locale) == ("k1", "+4532123456", "de")
    assert counts_of(job) == {"new": 1, "merged": 2}


def test_a_row_that_speaks_of_two_people_is_refused(runs: Runs) -> None:
    runs(HEAD + "k1,ada@example.com,,,,,\nk2,bo@example.com,,,,,\n")
    job = runs(HEAD + "k1,bo@example.com,,,,,\nk3,ada@example.com,,,,,\n")
    assert counts_of(job) == {"rejected": 2}
    assert job.counts["reasons"] == {TWO_PEOPLE: 2}
    assert [(one["record"], one["column"]) for one in runs.rejects(job)] == [
        ("1", "e-mail"),
        ("2", "e-mail"),
    ]
    assert set(Person.objects.values_list("external_id", "email")) == {
        ("k1", "ada@example.com"),
        ("k2", "bo@example.com"),
    }


def test_an_address_given_up_may_be_anothers_in_the_same_file(runs: Runs) -> None:
    runs(HEAD + "k1,a@example.com,,,,,\nk2,b@example.com,,,,,\n")
    job = runs(
        HEAD
        + "k2,,32123456,,,,\nk1,c@example.com,,,,,\nk2,a@example.com,,,,,\nk3,b@example.com,,,,,\n"
    )
    assert counts_of(job) == {"changed": 2, "merged": 1, "new": 1}
    assert dict(Person.objects.values_list("external_id", "email")) == {
        "k1": "c@example.com",
        "k2": "a@example.com",
        "k3": "b@example.com",
    }


@pytest.mark.parametrize("status", ["unsubscribed", "bounced", "complained"])
def test_nobody_who_left_is_made_active_again(runs: Runs, status: str) -> None:
    Person.objects.create(email="ada@example.com", status=status)
    runs("email,name,unsubscribed\nada@example.com,Ada,no\n")
    ada = Person.objects.get()
    assert (ada.status, ada.name) == (status, "Ada")


def test_an_unsubscribed_column_unsubscribes(runs: Runs) -> None:
    Person.objects.create(email="ada@example.com")
    runs("email,unsubscribed\nada@example.com,yes\nbo@example.com,yes\n")
    assert set(Person.objects.values_list("status", "status_reason")) == {
        ("unsubscribed", "import")
    }


def test_consent_changes_only_by_a_column_that_says_so(runs: Runs) -> None:
    Person.objects.create(email="ada@example.com", consent={"email": False})
    runs("email,name\nada@example.com,Ada\n")
    assert Person.objects.get().consent == {"email": False}
    runs("email,consent\nada@example.com,\n")
    assert Person.objects.get().consent == {"email": False}
    runs("email,consent\nada@example.com,ja\n")
    assert Person.objects.get().consent == {"email": True}


def test_a_consent_that_cannot_be_read_refuses_the_row(runs: Runs) -> None:
    job = runs("email,consent\nada@example.com,perhaps\n")
    assert not Person.objects.exists()
    (refused,) = runs.rejects(job)
    assert (refused["column"], refused["value"], refused["reason"]) == (
        "consent",
        "perhaps",
        "neither yes nor no",
    )


def test_a_value_that_cannot_be_used_is_left_out_and_listed(runs: Runs) -> None:
    job = runs("email,phone,language\nada@example.com,12,xx-none\n,not@an,\n")
    assert Person.objects.get().phone is None
    assert counts_of(job) == {"new": 1, "rejected": 1}
    assert job.counts["left_out"] == {
        "not a phone number": 1,
        "not a language that is known; write da, pt-BR or zh-Hant": 1,
    }
    assert [one["record"] for one in runs.rejects(job)] == ["1", "1", "2"]


def test_an_erased_person_is_not_taken_again(runs: Runs) -> None:
    Person.objects.create(external_id="k1", status="erased")
    job = runs("customer id,email\nk1,ada@example.com\n")
    assert job.counts["reasons"] == {ERASED: 1}
    assert Person.objects.get().email is None


def test_test_people_stay_apart_and_real_ones_real(runs: Runs) -> None:
    Person.objects.create(email="real@example.com")
    runs("email\nreal@example.com\nprobe@example.com\n", test=True)
    assert list(Person.objects.counted().values_list("email", flat=True)) == ["real@example.com"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found_out(runs: Runs, encoding: str, delimiter: str) -> None:
    text = (
        delimiter.join(["email", "name"])
        + "\n"
        + delimiter.join(["jo@example.com", "Jørgen Ærø"])
        + "\n"
    )
    runs(text.encode(encoding))
    assert Person.objects.get().name == "Jørgen Ærø"


def test_a_workbook_is_read_like_a_file_of_text(runs: Runs) -> None:
    book = openpyxl.Workbook()
    book.active.append(["邮箱", "姓名", "Customer since", "Orders"])
    book.active.append(["wang@example.com", "王芳", datetime(2024, 5, 31), 12])  # noqa: DTZ001 -- a workbook knows no zones
    data = io.BytesIO()
    book.save(data)
    runs(data.getvalue(), suffix=".xlsx")
    person = Person.objects.get()
    assert (person.email, person.name, person.attributes) == (
        "wang@example.com",
        "王芳",
        {"Orders": "12"},
    )
    assert person.joined_at == datetime(2024, 5, 30, 22, tzinfo=UTC)


def test_a_rehearsal_counts_as_the_import_and_writes_nothing(runs: Runs) -> None:
    Person.objects.create(external_id="k1", email="old@example.com")
    content = HEAD + (
        "k1,new@example.com,,,,,\nk2,old@example.com,,,,,\nk2,,32123456,,,,\n,,32123456,Bo,,,\n"
        "k9,new@example.com,,,,,\n,nobody,,,,,\nk1,,,,,,\n"
    )
    job = runs.receive(content)
    told = rehearse(runs.own / job.path, runs.mapping(job))
    assert Person.objects.count() == 1
    assert Person.objects.get().email == "old@example.com"
    done = runs.begin(job)
    run(done, "tester", runs.own)
    assert told.to_json()["counts"] == done.counts["counts"]
    assert told.counts.total() == told.read == 7


IDS = st.sampled_from(["", "a", "b", "c"])
EMAILS = st.sampled_from(["", "a@example.com", "b@example.com", "C@example.com", "wrong"])
PHONES = st.sampled_from(["", "+4532123456", "+4532123457", "32123456", "1"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(IDS, EMAILS, PHONES, st.sampled_from(["", "x", "y"])), max_size=12),
    st.integers(1, 5),
)
def test_whatever_the_rows_and_batches_the_account_adds_up(
    runs: Runs, rows: list[tuple[str, str, str, str]], size: int
) -> None:
    from unittest import mock

    from milepost.server.importing import files

    Person.objects.all().delete()
    lines = [",".join(row) for row in [("customer id", "email", "phone", "tier"), *rows]]
    job = runs.receive("\n".join(lines) + "\n")
    whole = files.batches
    mapping = Mapping(
        "people",
        {"customer id": "external_id", "email": "email", "phone": "phone", "tier": "attribute"},
    )
    with mock.patch.object(
        files, "batches", lambda file, *, after=0: whole(file, after=after, size=size)
    ):
        told = rehearse(runs.own / job.path, mapping)
        runs.begin(job, mapping)
        run(job, "tester", runs.own)
    counts = job.counts.get("counts", {})
    assert job.read == len(rows)
    assert sum(counts.values()) == len(rows)
    assert dict(told.counts) == counts
    assert Person.objects.count() == counts.get("new", 0)


def test_the_audit_tells_of_the_import_without_its_people(runs: Runs) -> None:
    job = runs("email\nada@example.com\n")
    lines = Audit.objects.filter(object_kind="import", object_id=str(job.pk))
    assert "import done" in set(lines.values_list("verb", flat=True))
    assert "ada" not in str(list(lines.values()))
    assert Import.objects.get().claimed_by == ""


def test_who_joined_in_another_month_is_written_anew_in_both(runs: Runs) -> None:
    head = "customer id,e-mail,joined\n"
    runs(head + "k1,ada@example.com,2024-03-04\n")
    Dirty.objects.all().delete()
    runs(head + "k1,ada@example.com,2024-05-06\n")
    found = set(Dirty.objects.filter(fact="customers").values_list("month", flat=True))
    assert found == {"2024-03", "2024-05"}
