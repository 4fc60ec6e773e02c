"""`milepost people`, `events` and `event`, as somebody types them in a project folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PEOPLE = "Customer ID,E-Mail-Adresse,Mobile,Name\nk1,ada@example.com,32 12 34 56,Ada\nk2,wrong,,Bo\n,,,Nobody\n"
EVENTS = "Order id,Customer ID,Delivered at,Store\no1,k1,2026-05-31 10:00,Aarhus\no2,k9,2026-05-31,Aarhus\n"
BEGIN = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from milepost.server.migrating import bring_up
bring_up()
"""


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def _milepost(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return _run(folder, "-c", "from milepost.cli import main; main()", *words)


@pytest.mark.slow
def test_a_folder_takes_in_people_and_what_happened_to_them(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "events.csv").write_text(EVENTS)
    refused = _milepost(tmp_path, "people", "find", "ada")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "milepost serve" in refused.stderr
    assert _run(tmp_path, "-c", BEGIN, str(tmp_path)).returncode == 0

    told = _milepost(tmp_path, "people", "import", "people.csv", "--region", "DK", "--dry-run")
    assert "2 new" in told.stdout
    assert "nobody found" in _milepost(tmp_path, "people", "find", "ada").stdout
    done = _milepost(tmp_path, "people", "import", "people.csv", "--region", "DK")
    assert done.stdout.splitlines()[4:8] == [
        "3 records read",
        "2 new",
        "1 rejected",
        "rejected, 1: no customer id, e-mail address or phone number that can be used",
    ]
    found = json.loads(_milepost(tmp_path, "people", "find", "+4532", "--format", "json").stdout)
    assert [one["external_id"] for one in found] == ["k1"]

    unnamed = _milepost(tmp_path, "events", "import", "events.csv")
    assert (unnamed.returncode, unnamed.stderr.count("\n")) == (3, 1)
    taken = _milepost(tmp_path, "events", "import", "events.csv", "--event", "delivered")
    assert "1 new\n1 rejected" in taken.stdout
    one = _milepost(
        tmp_path,
        "event",
        "ticket_opened",
        "--person",
        "k1",
        "--key",
        "t1",
        "--detail",
        "topic=late",
    )
    assert one.stdout == "ticket_opened: kept\n"
    again = _milepost(
        tmp_path, "event", "ticket_opened", "--person", "ada@example.com", "--key", "t1"
    )
    assert again.stdout == "ticket_opened: was known already\n"
    nobody = _milepost(tmp_path, "event", "x", "--person", "zz")
    assert (nobody.returncode, nobody.stderr.count("\n")) == (2, 1)
