"""What our own server may hand over: attributes of any name, and rows that are no answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import milepost as mp
from milepost import clock
from milepost.engine.collected.columns import named
from milepost.engine.collected.current import current
from milepost.engine.collected.publish import publish
from milepost.engine.store import Store
from milepost.errors import DataError
from milepost.plan import facts
from tests.engine.collected import (
    KINDS,
    NOW,
    RECOMMEND,
    Answer,
    Kind,
    measured,
    rows,
    scores,
    server,
    table,
    written,
)
from tests.engine.mapping.company import Company


@pytest.fixture
def store(tmp_path: Path) -> Store:
    written(tmp_path)
    return Store(tmp_path / "store")


@pytest.fixture
def acme(tmp_path: Path) -> Company:
    return Company(tmp_path)


@settings(max_examples=200)
@given(
    given=st.lists(st.text(min_size=0, max_size=12), unique=True),
    fact=st.sampled_from(facts.COLLECTED),
)
def test_attributes_get_names_of_their_own_and_keep_them(given: list[str], fact: str) -> None:
    shape = facts.BY_NAME[fact]
    own = {**facts.SHARED, **facts.collected(shape).columns}
    strange = [name for name in given if name not in own]
    found = named(given, shape, {})
    assert set(found) == set(strange)
    small = [name.lower() for name in found.values()]
    assert len(set(small)) == len(small)
    assert not {*small} & {*own, *facts.RESERVED}
    assert all(name[0].isalpha() and name.replace("_", "a").isalnum() for name in found.values())
    assert named([*reversed(given), "more"], shape, found) | found == named(["more"], shape, found)


@pytest.mark.parametrize(
    ("written", "kept"),
    [('a"b', "a_b"), ("a'; --", "a"), ("line\nbreak", "line_break"), ("bucket", "bucket_2"),
     ("Score", "Score_2"), ("_source", "source"), ("2nd", "attribute_2nd"), ("", "attribute"),
     ("购 店", "购_店"), ("\x1b[31m", "attribute_31m"), ("file_row_number", "file_row_number_2")],
)  # fmt: skip
def test_attributes_of_any_name_can_be_cut_by(store: Store, written: str, kept: str) -> None:
    publish(store, "responses", {"2026-05": scores(9, 0, **{written: "v"})})
    with clock.at(NOW):
        found = mp.open(store.folder.parent / "milepost.yaml").measure("nps", by=kept)
    assert [cell.by for cell in found.cells] == [{kept: "v"}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"score": 11.0}, ("score", "11.0", "not on its scale")),
     ({"score": -1.0}, ("score", "-1.0", "not on its scale")),
     ({"score": 7.5}, ("score", "7.5", "not a whole number")),
     ({"score": None}, ("score", "", "blank")),
     ({"score": float("nan")}, ("score", "", "blank")),
     ({"scale": "ten"}, ("scale", "ten", "is no scale such as 0-10")),
     ({"question_type": "npz"}, ("question_type", "npz", "is no type of question")),
     ({"question_type": "text"}, ("answer", "", "blank")),
     ({"question": " "}, ("question", "", "blank")),
     ({"answered_at": None}, ("answered_at", "", "blank")),
     ({"response_id": "r0"}, ("response_id", "r0", "a second record with this response_id and question"))],
)  # fmt: skip
def test_what_is_no_answer_is_rejected_with_its_reason(
    acme: Company, change: dict[str, Any], reason: tuple[str, str, str]
) -> None:
    store = server(acme)
    at = datetime(2026, 5, 3, tzinfo=UTC)
    good, bad = rows([Answer(RECOMMEND, 9, at), Answer(RECOMMEND, 9, at)])
    publish(store, "responses", {"2026-05": table([good, {**bad, **change}])})
    account = acme.account()
    assert (account.records, account.rows) == (2, 1)
    assert [found[1:] for found in acme.reasons()] == [reason]


def test_several_questions_of_one_response_are_kept(acme: Company) -> None:
    store = server(acme)
    at = datetime(2026, 5, 3, tzinfo=UTC)
    made = [
        {**row, "response_id": "one"}
        for row in rows([Answer(RECOMMEND, 9, at), Answer(KINDS[1], 5, at)])
    ]
    publish(store, "responses", {"2026-05": table(made)})
    assert acme.account().rows == 2
    assert len(set(acme.rows("unit"))) == 1


def test_an_answer_says_what_its_type_says_where_nobody_else_does(acme: Company) -> None:
    store = server(acme)
    at = datetime(2026, 5, 3, tzinfo=UTC)
    kinds = (RECOMMEND, KINDS[1], Kind("work", "enps", (0, 10), "high", None), KINDS[4])
    made = [{**row, "scale": None, "good": None} for row in rows([Answer(k, 3, at) for k in kinds])]
    publish(store, "responses", {"2026-05": table(made)})
    assert acme.account().rows == len(kinds)
    assert acme.rows("scale, good, kind, audience") == [
        ("0-10", "high", "relationship", "customer"), ("1-5", "high", "transactional", "customer"),
        ("0-10", "high", "relationship", "employee"), ("1-5", "low", "transactional", "customer"),
    ]  # fmt: skip


Change = Callable[[pa.Table], pa.Table]


@pytest.mark.parametrize(
    ("change", "text"),
    [(lambda t: t.drop_columns(["question"]), "column 'question' is not there"),
     (lambda t: t.append_column("store", t["store"]), "column 'store' is there twice"),
     (lambda t: t.set_column(1, "answered_at", t["answered_at"].cast(pa.timestamp("us"))),
      "expected times with their zone"),
     (lambda t: t.append_column("deep", pa.array([[1]])), "column 'deep' cannot be kept as string"),
     (lambda t: t.set_column(4, "score", pa.array(["nine"])), "column 'score' cannot be kept as double")],
)  # fmt: skip
def test_rows_that_do_not_fit_are_refused_in_one_line(
    store: Store, change: Change, text: str
) -> None:
    with pytest.raises(DataError, match=text) as caught:
        publish(store, "responses", {"2026-05": change(scores(9))})
    assert "\n" not in str(caught.value)
    assert current(store.folder, "responses").files == ()


def test_other_facts_and_months_are_refused(store: Store) -> None:
    with pytest.raises(DataError, match="fact 'orders' is not collected by the server"):
        publish(store, "orders", {})
    for month in ("2026-13", "2026-5", "../../x", "2026-05\n"):
        with pytest.raises(DataError, match="expected one such as 2026-11"):
            publish(store, "responses", {month: scores(9)})


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', "\x00"])
def test_a_damaged_record_is_told_in_one_line(store: Store, text: str) -> None:
    publish(store, "responses", {"2026-05": scores(9)})
    (store.folder / "server/responses/CURRENT.json").write_text(text)
    with pytest.raises(DataError, match="cannot be read as what the server wrote") as caught:
        measured(store)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_told_in_one_line(store: Store) -> None:
    (file,) = publish(store, "responses", {"2026-05": scores(9)}).files
    file.write_bytes(b"PAR1" + b"x" * 200)
    with pytest.raises(DataError, match="source 'answers'") as caught:
        measured(store)
    assert "\n" not in str(caught.value)
