"""What is forgotten after a time, and what is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from milepost import clock
from milepost.server.actions import tidying
from milepost.server.actions.imports import receive
from milepost.server.actions.tidying import FILES_LAST, NOTICES_LAST, forget_files, forget_notices
from milepost.server.importing.running import rejects_of
from milepost.server.models import Audit, Import, Notice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _notice(state: str, age: timedelta) -> Notice:
    return Notice.objects.create(
        kind="reset", subject_key=f"{state}:{age}", to="a@b.example", state=state,
        due_at=clock.now() - age,
    )  # fmt: skip


def _upload(own: Path, state: str, age: timedelta) -> tuple[Import, Path]:
    """An import of an age, its file and its rejects."""
    job = receive("a.csv", [b"email\n"], kind="people", suffix=".csv", own=own, most=100)
    then = clock.now() - age
    Import.objects.filter(pk=job.pk).update(state=state, created_at=then)
    file = own / job.path
    rejects_of(file).write_text("record\n")
    for each in (file, rejects_of(file)):
        os.utime(each, (then.timestamp(), then.timestamp()))
    return job, file


def test_mails_that_are_over_are_forgotten_after_ninety_days() -> None:
    for state in ("sent", "cancelled"):
        _notice(state, NOTICES_LAST + DAY)
    kept = [
        _notice("sent", NOTICES_LAST - DAY),
        _notice("waiting", NOTICES_LAST + DAY),
        _notice("failed", NOTICES_LAST + DAY),
    ]
    assert forget_notices() is False
    assert set(Notice.objects.all()) == set(kept)


def test_many_are_forgotten_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "_BATCH", 2)
    for number in range(3):
        _notice("sent", NOTICES_LAST + DAY * (number + 1))
    assert [forget_notices(), Notice.objects.count(), forget_notices()] == [True, 1, False]
    assert not Notice.objects.exists()


@pytest.mark.parametrize("state", ["done", "failed"])
def test_the_files_of_an_import_go_after_thirty_days_and_its_account_stays(
    tmp_path: Path, state: str
) -> None:
    _, old = _upload(tmp_path, state, FILES_LAST + DAY)
    _, young = _upload(tmp_path, state, FILES_LAST - DAY)
    forget_files(tmp_path)
    assert [file.exists() for file in (old, rejects_of(old), young, rejects_of(young))] == [
        False, False, True, True,
    ]  # fmt: skip
    assert Import.objects.count() == 2


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_a_file_that_is_still_to_be_read_stays(tmp_path: Path, state: str) -> None:
    _, file = _upload(tmp_path, state, FILES_LAST + DAY)
    forget_files(tmp_path)
    assert file.exists()
    assert rejects_of(file).exists()


def test_an_upload_that_was_never_begun_goes_wholly_and_the_audit_tells(tmp_path: Path) -> None:
    job, file = _upload(tmp_path, "uploaded", FILES_LAST + DAY)
    _, fresh = _upload(tmp_path, "uploaded", FILES_LAST - DAY)
    forget_files(tmp_path)
    assert (file.exists(), fresh.exists(), Import.objects.count()) == (False, True, 1)
    assert Audit.objects.filter(verb="upload forgotten", object_id=str(job.pk)).exists()


def test_without_uploads_there_is_nothing_to_forget(tmp_path: Path) -> None:
    forget_files(tmp_path / "none")


def test_the_page_of_an_import_whose_files_are_gone_still_tells_of_it(
    signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    job, _ = _upload(tmp_path, "done", FILES_LAST + DAY)
    forget_files(tmp_path)
    client = signed_in("manager")
    assert client.get(f"/people/imports/{job.pk}").status_code == 200
    assert client.get(f"/people/imports/{job.pk}/rejects").status_code == 404
