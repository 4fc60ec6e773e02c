"""What our own server collects is read in one state at a time, whoever writes and whatever is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import milepost as mp
from milepost import clock
from milepost.engine.collected import publish as publishing
from milepost.engine.collected.current import current
from milepost.engine.collected.publish import publish
from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.engine.store import KEPT_SECONDS, Store
from milepost.errors import BusyError
from milepost.files import locked
from tests.engine.collected import (
    NOW,
    nps,
    scores,
    written,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    written(tmp_path)
    return Store(tmp_path / "store")


def test_a_month_is_replaced_and_the_others_stay(store: Store) -> None:
    publish(store, "responses", {"2026-05": scores(9), "2026-06": scores(0, month=6)})
    assert nps(store) == {5: 100.0, 6: -100.0}
    publish(store, "responses", {"2026-06": scores(9, 9, month=6)})
    assert nps(store) == {5: 100.0, 6: 100.0}
    publish(store, "responses", {"2026-05": scores(9)[:0]})
    assert nps(store) == {6: 100.0}
    assert [month.month for month in current(store.folder, "responses").record.files] == ["2026-06"]


def test_rows_may_come_in_batches(store: Store) -> None:
    whole = pa.concat_tables([scores(9, 9, 3)])
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=1))
    found = publish(store, "responses", {"2026-05": reader})
    assert (found.record.rows, found.record.files[0].rows) == (3, 3)
    assert nps(store) == {5: pytest.approx(100 / 3)}


def test_nothing_is_built_anew_where_nothing_changed(store: Store) -> None:
    publish(store, "responses", {"2026-05": scores(9)})
    path, steps = store.folder.parent / "milepost.yaml", []
    refresh(open_project(path))
    publish(store, "responses", {"2026-05": scores(9)})
    refresh(open_project(path), progress=lambda *step: steps.append(step))
    assert steps == []


def test_a_publication_that_fails_leaves_the_state_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, "responses", {"2026-05": scores(9), "2026-06": scores(9, month=6)})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(store, "responses", {"2026-05": scores(0), "2026-06": scores(0, month=6)})
    assert nps(store) == {5: 100.0, 6: 100.0}
    folder = store.folder / "server/responses"
    (folder / ".2026-05.1.partial").write_text("what a kill left")
    long_ago = time.time() - KEPT_SECONDS - 1
    for file in folder.glob("*.parquet"):
        os.utime(file, (long_ago, long_ago))
    publish(store, "responses", {"2026-07": scores(9, month=7)})
    left = {file.name for file in folder.glob("*.p*")} | {f.name for f in folder.glob(".*.partial")}
    assert left == {file.name for file in current(store.folder, "responses").files}


LOOP = """
import sys
from pathlib import Path
from milepost.engine.collected.publish import publish
from milepost.engine.store import Store
from tests.engine.collected import scores
store, n = Store(Path(sys.argv[1])), 0
while True:
    n = 10 - n
    publish(store, "responses", {f"2026-{m:02}": scores(*[n] * 50, month=m) for m in (4, 5, 6)})
    print(n, flush=True)
"""


def test_a_kill_leaves_one_state_whole(store: Store) -> None:
    seen = random.Random(7)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", LOOP, str(store.folder)], stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as running:  # fmt: skip
            assert running.stdout is not None
            running.stdout.readline()
            time.sleep(seen.random() / 10)
            running.send_signal(signal.SIGKILL)
        found = nps(store)
        assert set(found) == {4, 5, 6}
        assert len(set(found.values())) == 1
    publish(store, "responses", {"2026-04": scores(7, month=4)})
    assert nps(store)[4] == 0.0


def test_a_question_sees_one_state_while_another_is_written(store: Store) -> None:
    months = {"2026-05": scores(9), "2026-06": scores(9, month=6)}
    publish(store, "responses", months)
    written_since: list[bool] = []

    def meanwhile(*_: object) -> None:
        if not written_since:
            written_since.append(True)
            publish(
                store, "responses", {"2026-05": scores(0, x="y"), "2026-06": scores(0, month=6)}
            )

    facts_then = refresh(open_project(store.folder.parent / "milepost.yaml"), progress=meanwhile)
    assert written_since
    built = facts_then.built["answers"]
    table = pq.read_table(store.facts / built.file)
    assert table["score"].to_pylist() == [9.0, 9.0]
    assert all(file.exists() for file in facts_then.project.collected["responses"].files)
    assert nps(store) == {5: -100.0, 6: -100.0}


def test_an_opened_plan_shows_what_came_since(store: Store) -> None:
    opened = mp.open(store.folder.parent / "milepost.yaml")
    with clock.at(NOW):
        assert opened.measure("nps").notes == ("nothing collected yet",)
        publish(store, "responses", {"2026-05": scores(9)})
        assert [cell.value for cell in opened.measure("nps", every="month").cells] == [100.0]


def test_two_writers_exclude_each_other(store: Store) -> None:
    with (
        locked(store.folder / "server/responses"),
        pytest.raises(BusyError, match="another process"),
    ):
        publish(store, "responses", {"2026-05": scores(9)}, wait_seconds=0)
    publish(store, "responses", {"2026-05": scores(9)}, wait_seconds=0)
