"""Writing facts anew loses no change and doubles none, whatever dies, races or comes meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.engine.collected import publish as publishing
from milepost.engine.collected.current import current
from milepost.server.actions.answers import quarantine
from milepost.server.actions.marking import mark, mark_everything
from milepost.server.models import Dirty, Import, Response
from milepost.server.queries.facts import FACTS, Fact, Row
from milepost.server.worker import refreshing
from milepost.server.worker.refreshing import Refreshing, refresh
from tests.server.facts.conftest import AT, Place

pytestmark = pytest.mark.django_db
ANSWERS, _, PEOPLE = FACTS


def files(place: Place) -> set[str]:
    return {path.name for path in current(place.folder / "store", "responses").files}


def rows(place: Place) -> int:
    return current(place.folder / "store", "responses").record.rows


def marks() -> set[int]:
    return set(Dirty.objects.filter(fact="responses").values_list("pk", flat=True))


def while_reading(then: Callable[[], object], fact: Fact = ANSWERS) -> Fact:
    """The fact; once its rows are read, something happens."""

    def read(months: Collection[str]) -> Iterator[Row]:
        yield from fact.rows(months)
        then()

    return replace(fact, rows=read)


def test_only_the_marks_that_were_seen_are_forgotten(place: Place) -> None:
    survey = place.survey()
    place.asked(survey, 9)
    seen = marks()
    assert refresh(while_reading(lambda: place.asked(survey, 2)))
    assert rows(place) == 1
    assert marks()
    assert not marks() & seen

    assert refresh(ANSWERS)
    assert (rows(place), marks()) == (2, set())
    assert not refresh(ANSWERS)


def test_two_workers_do_not_write_at_the_same_time(place: Place) -> None:
    place.asked(place.survey(), 9)
    others: list[bool] = []
    assert refresh(while_reading(lambda: others.append(refresh(ANSWERS))))
    assert others == [False]


def test_a_worker_killed_before_it_forgot_does_it_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.asked(place.survey(), 9)

    def killed(marks: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "_forget", killed)
        with pytest.raises(KeyboardInterrupt):
            refresh(ANSWERS)
    before = files(place)
    assert Dirty.objects.filter(fact="responses").exists()
    assert refresh(ANSWERS)
    assert files(place) == before
    assert not Dirty.objects.filter(fact="responses").exists()


def test_what_a_killed_worker_left_is_not_taken_for_rows(place: Place) -> None:
    survey = place.survey()
    place.asked(survey, 9)
    left = place.folder / ".milepost" / "facts" / "responses" / "rows"

    def copy() -> None:
        (place.folder / "left").write_bytes(b"x" * 100)

    refresh(while_reading(copy))
    left.mkdir()
    (place.folder / "left").rename(left / "2026-10.arrows")
    place.asked(survey, 2)
    assert refresh(ANSWERS)
    assert rows(place) == 2
    assert not left.exists()


def test_a_full_disk_leaves_the_state_before_and_the_marks(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = place.survey()
    place.asked(survey, 9)
    refresh(ANSWERS)
    before = files(place)
    place.asked(survey, 2)

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_text", full)
        with pytest.raises(Exception, match="No space left"):
            refresh(ANSWERS)
    assert files(place) == before
    assert refresh(ANSWERS)
    assert rows(place) == 2


def test_a_month_without_answers_is_gone(place: Place) -> None:
    response = place.asked(place.survey(), 9)
    refresh(ANSWERS)
    quarantine(response, None)  # type: ignore[arg-type]
    refresh(ANSWERS)
    assert files(place) == set()


def test_months_that_did_not_change_stay_as_they_are(place: Place) -> None:
    survey = place.survey()
    place.asked(survey, 9)
    place.asked(survey, 9, at=AT + timedelta(days=31))
    refresh(ANSWERS)
    first, second = sorted(files(place))
    place.asked(survey, 1)
    refresh(ANSWERS)
    assert files(place) & {first, second} == {second}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_what_was_written_and_is_gone_is_written_again_though_nothing_changed(
    place: Place, fact: Fact
) -> None:
    survey = place.survey()
    for days in (0, 31, 365):
        place.asked(survey, 9, at=AT + timedelta(days=days))
    mark(fact.name, AT.date())
    assert refresh(fact)
    mark_everything(fact.name)
    assert refresh(fact)
    before = current(place.folder / "store", fact.name).record
    assert before.rows

    shutil.rmtree(place.folder / "store")
    # One change of one month must not stand for all that is gone.
    mark(fact.name, AT.date())
    assert refresh(fact)
    after = current(place.folder / "store", fact.name).record
    assert (after.rows, after.files) == (before.rows, before.files)
    assert not refresh(fact)


def test_nothing_is_written_where_nothing_was_ever_collected(place: Place) -> None:
    assert [refresh(fact) for fact in FACTS if fact is not PEOPLE] == [False, False]


def test_facts_are_written_beside_a_plan_only(place: Place) -> None:
    place.asked(place.survey(), 9)
    (place.folder / "milepost.yaml").rename(place.folder / "elsewhere.yaml")
    assert not refresh(ANSWERS)
    assert Dirty.objects.filter(fact="responses").exists()


def test_people_wait_until_their_file_is_taken_in(place: Place) -> None:
    mark("customers", AT.date())
    arriving = Import.objects.create(file_name="people.csv", path="x", state="running")
    assert not refresh(PEOPLE)
    Import.objects.filter(pk=arriving.pk).update(state="done")
    assert refresh(PEOPLE)


def test_a_fact_rests_three_times_as_long_as_it_took(place: Place) -> None:
    survey, times = place.survey(), iter([0.0, 4.0, 15.9, 16.0, 17.0])
    duty = Refreshing(ANSWERS, elapsed=lambda: next(times))
    place.asked(survey, 9)
    duty("worker")
    place.asked(survey, 9)
    duty("worker")
    assert rows(place) == 1
    duty("worker")
    assert rows(place) == 2


def test_more_answers_take_no_more_queries(place: Place) -> None:
    survey = place.survey()
    one = place.asked(survey, 9)
    # The first time of all looks for every month that there is.
    refresh(ANSWERS)
    mark("responses", one.day)
    with CaptureQueriesContext(
        connection,
    ) as few:
        refresh(ANSWERS)
    Response.objects.bulk_create(
        Response(survey=survey, version=one.version, day=one.day, answered_at=AT, score=n % 11)
        for n in range(100)
    )
    mark("responses", one.day)
    with CaptureQueriesContext(connection) as many:
        refresh(ANSWERS)
    assert rows(place) == 101
    assert len(many) == len(few)
