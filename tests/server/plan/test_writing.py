"""The plan's file and its history agree, whatever ends on the way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.insight.trial import tried
from milepost.plan.editing.edit import Edit
from milepost.plan.editing.touchpoints import set_field
from milepost.server.actions import plans
from milepost.server.actions.plans import PlanChangedError, PlanWriteError, became, hash_of, write
from milepost.server.measuring.processes import Processes
from milepost.server.models import Member, PlanEdit
from tests.server.plan.conftest import PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(member: Callable[[str], Member]) -> Member:
    """Whoever changes the plan."""
    return member("manager")


def _edit(text: str, owner: str) -> Edit:
    return Edit(text, set_field(text, "delivery", "owner", owner))


def _write(edit: Edit, by: Member) -> PlanEdit:
    return write(edit, seen=hash_of(edit.before), verb="touchpoint", about="delivery", by=by)


class KilledError(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("when", ["before the file", "after the file"])
def test_a_process_that_is_killed_leaves_a_file_and_a_history_that_agree(
    by: Member, file: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with monkeypatch.context() as patched:
        if when == "before the file":
            patched.setattr(plans, "_replace", _killed)
        else:
            patched.setattr(plans, "_end", _killed)
        with pytest.raises(KilledError):
            _write(_edit(PLAN, "first"), by)
    row = PlanEdit.objects.get()
    assert row.state == "pending"
    expected = "written" if when == "after the file" else "lost"
    assert became(row, hash_of(file.read_text())) == expected
    text = file.read_text()
    assert ("owner: first" in text) == (when == "after the file")
    _write(_edit(text, "second"), by)
    assert [row.state for row in PlanEdit.objects.order_by("pk")] == [expected, "written"]
    assert "owner: second" in file.read_text()


def test_a_pending_change_under_a_later_one_by_hand_is_not_certain(
    by: Member, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(plans, "_end", _killed)
        with pytest.raises(KilledError):
            _write(_edit(PLAN, "first"), by)
    by_hand = file.read_text() + "# by hand\n"
    file.write_text(by_hand)
    _write(_edit(by_hand, "second"), by)
    states = [(row.verb, row.state) for row in PlanEdit.objects.order_by("pk")]
    assert states == [("touchpoint", "unsure"), ("by hand", "written"), ("touchpoint", "written")]


def test_a_file_that_changed_since_is_never_overwritten(by: Member, file: Path) -> None:
    edit = _edit(PLAN, "first")
    file.write_text(PLAN + "# by hand\n")
    with pytest.raises(PlanChangedError, match="look again"):
        _write(edit, by)
    assert file.read_text() == PLAN + "# by hand\n"
    assert not PlanEdit.objects.exists()


def test_a_folder_that_cannot_be_written_leaves_the_plan_and_says_so(
    by: Member, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PlanWriteError, match="No space left"):
        _write(_edit(PLAN, "first"), by)
    assert file.read_text() == PLAN
    assert PlanEdit.objects.get().state == "lost"


def test_the_files_rights_and_a_link_to_it_stay(by: Member, file: Path, folder: Path) -> None:
    real = folder / "elsewhere" / "plan.yaml"
    real.parent.mkdir()
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real)
    _write(_edit(PLAN, "first"), by)
    assert file.is_symlink()
    assert "owner: first" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


WRITER = """
import sys
from milepost.files import locked, replacing
from pathlib import Path
file = Path(sys.argv[1])
with replacing(file) as partial:
    partial.write_text("half")
    print("there", flush=True)
    sys.stdin.read()
"""


def test_a_kill_in_the_middle_of_writing_leaves_the_old_file(file: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    assert file.read_text() == PLAN


def test_a_plan_is_tried_in_a_process_of_its_own(folder: Path) -> None:
    processes = Processes(1)
    assert processes.submit(tried, PLAN, str(folder)).result(60).findings == ()
    wrong = PLAN.replace("csat: 85", "cast: 85")
    assert "cast" in processes.submit(tried, wrong, str(folder)).result(60).findings[0]


def _killed(*_: object) -> None:
    raise KilledError
