"""Makes a folder of the airport example that can be served: `demo_airport.py FOLDER PASSWORD`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from milepost.engine.facts import refresh
from milepost.engine.project import open_project
from milepost.server.opening import open_server

EXAMPLE = Path(__file__).parents[1] / "examples" / "airport"
EMAIL = "admin@airport.example"


def main() -> None:
    """Copy the example, give it a database with an administrator, and build its facts."""
    folder, password = Path(sys.argv[1]), sys.argv[2]
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("store", ".milepost"))
    (folder / "server.toml").write_text('mail_provider = "folder"\nlog_level = "warning"\n')
    open_server(folder)
    _fill(password)
    refresh(open_project(folder / "milepost.yaml"))


def _fill(password: str) -> None:
    from milepost.server.migrating import bring_up  # noqa: PLC0415 -- needs the folder opened
    from milepost.server.models import Company, Member  # noqa: PLC0415 -- the same

    bring_up()
    Company.objects.create(pk=1, name="San Francisco Airport", time_zone="America/Los_Angeles")
    member = Member(email=EMAIL, name="Airport", role="administrator")
    member.set_password(password)
    member.save()


main()
