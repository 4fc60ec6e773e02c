"""What our own server collected is measured like a file of the same answers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import milepost as mp
from milepost import clock
from milepost.engine.collected.publish import publish
from milepost.engine.project import open_project
from milepost.engine.store import Store
from milepost.errors import QuestionError
from milepost.insight.notebook import Opened
from milepost.plan.starter import starter
from tests.engine.collected import (
    KINDS,
    METRICS,
    NOW,
    RECOMMEND,
    SCHEMA,
    SERVER,
    Answer,
    Kind,
    by_month,
    measured,
    nps,
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


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from(KINDS))
    late = st.integers(0, 88 * 24 * 60)
    return Answer(
        kind,
        draw(st.integers(*kind.scale)),
        datetime(2026, 7, 31, 21, tzinfo=UTC) + timedelta(minutes=draw(late)),
        draw(st.sampled_from(["north", "south", 'O\'Hare "9"', None])),
        draw(st.sampled_from([None, "a", "b", "c", "d"])),
    )


def as_csv(folder: Path, some: Sequence[Answer]) -> Opened:
    questions = "".join(
        f"      - {{name: {k.name}, type: {k.type}, score: score, scale: [{k.scale[0]}, {k.scale[1]}],"
        f" where: question = '{k.name}'"
        + (f", touchpoint: {k.touchpoint}" if k.touchpoint else "")
        + (f", good: {k.good}" if k.type == "ease" else "")
        + "}\n"
        for k in KINDS
    )
    plan = (
        "sources:\n  - name: answers\n    fact: responses\n    from: answers.parquet\n"
        "    columns: {response_id: response_id, answered_at: answered_at, customer_id: customer_id}\n"
        f"    attributes: {{store: store}}\n    questions:\n{questions}"
    )
    made = table(rows(some))
    lines = [",".join(made.column_names)]
    lines += [",".join(_cell(row[name]) for name in made.column_names) for row in made.to_pylist()]
    (folder / "answers.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return mp.open(
        written(
            folder, plan.replace("answers.parquet", "answers.csv"), "timezone: Europe/Copenhagen"
        )
    )


def _cell(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"'


def as_collected(folder: Path, some: Sequence[Answer]) -> Opened:
    publish(Store(folder / "store"), "responses", by_month(rows(some)))
    return mp.open(written(folder, SERVER, "timezone: Europe/Copenhagen"))


@settings(max_examples=12)
@given(some=st.lists(answers(), min_size=1, max_size=60))
def test_answers_collected_measure_as_a_file_of_the_same_answers(some: list[Answer]) -> None:
    metrics = [m for kind in {one.kind.type for one in some} for m in METRICS[kind]]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two, clock.at(NOW):
        filed, collected = as_csv(Path(one), some), as_collected(Path(two), some)
        for asked in ({"every": "month"}, {"every": "quarter", "by": "store"}):
            found = _cells(collected, metrics, asked)
            assert found == _cells(filed, metrics, asked)
            assert found


def _cells(opened: Opened, metrics: list[str], asked: dict[str, str]) -> list[dict[str, Any]]:
    cells = opened.measure(metrics, since="2026-07-01", **asked).to_data()["cells"]
    # How the plan reads its file is a part of the definition there.
    return [{k: v for k, v in cell.items() if k != "definition"} for cell in cells]


@settings(max_examples=10)
@given(some=st.lists(st.integers(0, 10), min_size=1, max_size=40))
def test_the_score_is_promoters_less_detractors(some: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        publish(store, "responses", {"2026-05": scores(*some)})
        written(Path(folder))
        net = sum(n >= 9 for n in some) - sum(n <= 6 for n in some)
        assert nps(store)[5] == pytest.approx(100 * net / len(some))


def test_each_place_has_the_boxes_of_the_scale_it_was_asked_on(store: Store) -> None:
    at = datetime(2026, 5, 3, tzinfo=UTC)
    some = [Answer(KINDS[1], 5, at), Answer(KINDS[1], 3, at), Answer(KINDS[2], 5, at)]
    publish(store, "responses", by_month(rows(some)))
    # 5 is at the top of 1-5 and not of 1-7.
    assert [cell[1:3] for cell in measured(store, "csat", every="month")] == [
        ("web", 50.0), ("desk", 0.0),
    ]  # fmt: skip


def test_answers_on_two_scales_at_one_place_have_boxes_and_no_mean(store: Store) -> None:
    at = datetime(2026, 5, 3, tzinfo=UTC)
    seven = Kind("order_2", "csat", (1, 7), "high", "web")
    some = [Answer(KINDS[1], 5, at), Answer(seven, 6, at), Answer(seven, 5, at)]
    publish(store, "responses", by_month(rows(some)))
    with clock.at(NOW):
        found = mp.open(store.folder.parent / "milepost.yaml").measure(["csat", "csat_mean"])
    assert [(cell.metric, cell.beside, round(cell.value or 0, 1)) for cell in found.cells] == [
        ("csat", None, 66.7)
    ]
    assert "different scales, 1-5, 1-7" in found.notes[0]


def test_a_recovery_is_kept_beside_the_first_score(store: Store) -> None:
    at = datetime(2026, 5, 3, tzinfo=UTC)
    publish(store, "responses", by_month(rows([Answer(RECOMMEND, 2, at, recovery=10)])))
    assert nps(store) == {5: -100.0}
    found = measured(store, "nps", where="recovery = 10", every="month")
    assert [(value, n) for _, _, value, n in found] == [(-100.0, 1.0)]


def test_where_values_and_attributes_work_as_for_a_file(acme: Company) -> None:
    store = server(
        acme, where="score > 3", values={"shop": {"n": "North"}}, attributes={"shop": "store"}
    )
    made = [*scores(2, 9).to_pylist(), *scores(7, month=6, store="n").to_pylist()]
    publish(store, "responses", by_month(made))
    account = acme.account()
    assert (account.records, account.excluded, account.rows) == (3, 1, 2)
    assert acme.rows("shop") == [None, "North"]
    with pytest.raises(Exception, match="store"):
        acme.rows("store")


def test_every_attribute_that_came_can_be_cut_by(acme: Company) -> None:
    store = server(acme)
    publish(
        store, "responses", {"2026-05": scores(9, shop="a"), "2026-06": scores(3, month=6, hour=7)}
    )
    acme.write()
    found = mp.open(acme.folder / "milepost.yaml").measure("nps", every="all", by=["shop", "hour"])
    assert [cell.by for cell in found.cells] == [
        {"shop": None, "hour": "7"}, {"shop": "a", "hour": None},
    ]  # fmt: skip


def test_what_a_plan_speaks_of_may_come_later(acme: Company) -> None:
    acme.plan["segments"] = ["store"]
    acme.plan["metrics"] = [
        {
            "name": "loud",
            "fact": "responses",
            "share": "score > 5",
            "where": "mood = 'x'",
            "good": "high",
        }
    ]
    publish(server(acme), "responses", {"2026-05": scores(9).drop_columns(["store"])})
    acme.write()
    opened = mp.open(acme.folder / "milepost.yaml")
    assert [cell.by for cell in opened.measure("nps", by="store").cells] == [{"store": None}]
    assert opened.measure("loud").cells == ()
    with pytest.raises(QuestionError, match="segment 'stor' is unknown; did you mean 'store'"):
        opened.measure("nps", by="stor")


def test_an_attribute_that_never_came_is_a_mistake_of_the_source(acme: Company) -> None:
    publish(
        server(acme, attributes={"shop": "stor"}), "responses", {"2026-05": scores(9, store="n")}
    )
    assert acme.misfit() == "column 'stor' is not in what was collected; did you mean 'store'?"


@pytest.mark.parametrize(
    "keys", [{"where": "mood = 'x'"}, {"attributes": {"shop": "store"}}, {}, {"values": {"a": {}}}]
)
def test_nothing_collected_is_no_error(acme: Company, keys: dict[str, Any]) -> None:
    server(acme, **keys)
    server(acme, "invitations", name="i")
    account = acme.account()
    assert (account.records, account.rows, account.notes) == (0, 0, ("nothing collected yet",))
    for command in (["check"], ["measure", "nps"], ["measure"], ["measure", "response_rate"]):
        done = acme.run(*command)
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing collected yet" in done.stdout


def test_invitations_and_people_are_collected_too(acme: Company) -> None:
    store = server(acme, "invitations", name="i")
    server(acme, "customers", name="c")
    at = datetime(2026, 5, 3, tzinfo=UTC)
    sent = [
        {"invitation_id": f"{n}", "sent_at": at, "answered_at": at if n else None} for n in range(4)
    ]
    publish(store, "invitations", {"2026-05": pa.Table.from_pylist(sent)})
    person = {"customer_id": "a", "joined_at": at, "plan": "pro"}
    nobody = {"customer_id": "b", "joined_at": None, "plan": None}
    schema = pa.schema(
        [("customer_id", pa.string()), ("joined_at", SCHEMA["answered_at"]), ("plan", pa.string())]
    )
    publish(store, "customers", {
        "2026-05": pa.Table.from_pylist([person], schema=schema),
        "none": pa.Table.from_pylist([nobody], schema=schema),
    })  # fmt: skip
    people = acme.build()["c"]
    assert (people.records, people.rows) == (2, 1)
    assert acme.reasons("c") == [("1", "joined_at", "", "blank")]
    with clock.at(NOW):
        (cell,) = (
            mp.open(acme.folder / "milepost.yaml").measure("response_rate", every="month").cells
        )
    assert (cell.value, cell.n) == (75.0, 4.0)


def test_a_headline_and_a_target_may_be_of_what_is_still_to_be_asked(tmp_path: Path) -> None:
    point = "{name: web, headline: csat, targets: {csat: 85}}"
    (tmp_path / "milepost.yaml").write_text(
        "company: {name: x}\nheadline: {metric: nps}\ntargets: {ces1: 2}\n"
        f"{SERVER}journeys: [{{name: j, touchpoints: [{point}]}}]\n"
        "metrics: [{name: csat_top, variant_of: csat, boxes: {7: [7, 7]}}]\n", "utf-8"
    )  # fmt: skip
    assert open_project(tmp_path / "milepost.yaml").plan.collected == {"responses"}


@pytest.mark.parametrize("company", ["Acme", 'A "B" \\ {c}: #d', "Ærø\nÅrø", "no", "门店"])
def test_the_starter_is_a_plan_in_order(company: str, acme: Company) -> None:
    file = acme.folder / "milepost.yaml"
    file.write_text(starter(company, timezone="Europe/Copenhagen"), "utf-8")
    found = open_project(file).plan
    assert (found.company.name, found.company.timezone) == (company, "Europe/Copenhagen")


def test_the_examples_of_the_starter_are_in_order(tmp_path: Path) -> None:
    text = starter("Acme", timezone="UTC")
    shown = re.sub(r"^# (?=segments|journeys| )", "", text, flags=re.MULTILINE)
    assert shown.count("#") < text.count("#") - 5
    (tmp_path / "milepost.yaml").write_text(shown, "utf-8")
    found = open_project(tmp_path / "milepost.yaml").plan
    assert found.segments
    assert [point.headline for point in found.touchpoints] == ["csat"]
