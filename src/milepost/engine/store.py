"""The store beside the plan: facts as Parquet files named by their content, and what is current.

    store/facts/CURRENT.json          which file holds each source, with its fingerprint and account,
                                      and which sources cannot be brought up to date, and why
    store/facts/<source>-<fp>.parquet the fact rows of one source
    store/rejects/<source>.csv        what was rejected, with file, line and reason
    store/server/<fact>/              what our own server collected: engine/collected/current.py
    store/tmp/                        a build's scratch; whatever is left there may be deleted
    store/history.parquet             what was measured before: engine/history.py

A reader reads CURRENT.json once, so that it never mixes two states. A build writes new files
first, then replaces CURRENT.json in one step; a process killed before that leaves the old state.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from milepost.engine.mapping.account import Account
from milepost.engine.reading.plain import wrong
from milepost.files import write_text

# A reader that has read CURRENT.json may still be opening the files of the state before; for so
# long they stay, counted from when they were superseded, however old they are.
KEPT_SECONDS = 600.0
# No account comes near it: whatever is larger was not written here.
_LARGEST_RECORD = 64_000_000
# A Parquet file begins and ends with it.
_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Built:
    """One source as it stands in the store; `size` is that of its file in bytes.

    `mapping` is the print of its part of the plan, `fingerprint` that of its data too.
    """

    file: str
    mapping: str
    fingerprint: str
    size: int
    account: Account


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a source cannot be brought up to date, since when, and when that was last tried.

    `of` is the fingerprint with which it was tried; empty where the data was not there at all.
    """

    why: str
    since: datetime
    tried: datetime
    of: str


@dataclass(frozen=True, slots=True)
class Current:
    """Each source's last good fact, and the sources that could not be brought up to date since."""

    sources: dict[str, Built] = field(default_factory=dict)
    failed: dict[str, Failed] = field(default_factory=dict)


_RECORD = TypeAdapter(Current)


@dataclass(frozen=True, slots=True)
class Store:
    """The folder of a project's derived data; deleting it loses the history, and else only time."""

    folder: Path

    @property
    def facts(self) -> Path:
        return self.folder / "facts"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects"

    def rejects_of(self, source: str) -> Path:
        """Where a source's rejects are listed."""
        return self.rejects / f"{source}.csv"

    def current(self) -> Current:
        """The state of all sources; empty where there is none or the record cannot be understood."""
        file = self.facts / "CURRENT.json"
        try:
            if _size(file) > _LARGEST_RECORD:
                return Current()
            return _RECORD.validate_json(file.read_bytes(), strict=True)
        except (OSError, ValueError):
            # An unreadable record is rebuilt: the store holds nothing that the sources do not.
            return Current()

    def whole(self, built: Built) -> bool:
        """Whether a fact's file is as it was written, as far as its size and its ends tell."""
        path = self.facts / built.file
        try:
            if _size(path) != built.size:
                return False
            with path.open("rb") as file:
                first = file.read(len(_MAGIC))
                file.seek(-len(_MAGIC), os.SEEK_END)
                return first == file.read() == _MAGIC
        except (OSError, ValueError):
            return False

    def built_at(self, built: Built) -> datetime | None:
        """When a fact was built; None where its file is gone: a reader outlives those of its state."""
        try:
            return datetime.fromtimestamp((self.facts / built.file).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def publish(self, now: Current, *, over: Current) -> None:
        """Make this the current state, in one step; what it replaces of `over` ages from now."""
        kept = {b.file for b in now.sources.values()}
        for file in {b.file for b in over.sources.values()} - kept:
            with suppress(OSError, ValueError):
                os.utime(self.facts / file)
        ordered = Current(dict(sorted(now.sources.items())), dict(sorted(now.failed.items())))
        data = _RECORD.dump_json(ordered, indent=1)
        write_text(self.facts / "CURRENT.json", data.decode())

    @contextmanager
    def writable(self) -> Iterator[None]:
        """Say in one line why the operating system lets nobody write here."""
        try:
            yield
        except OSError as error:
            why = error.strerror or str(error).splitlines()[0]
            raise wrong(
                f"{self.folder}: the store cannot be written ({why});"
                " make room and the folder writable, or move the plan"
            ) from None

    def sweep(self, built: Mapping[str, Built]) -> None:
        """Remove fact files of earlier states, rejects of sources that are gone, what a kill left."""
        kept = {b.file for b in built.values()}
        for path in (*self.facts.glob(".*.partial"), *self.rejects.glob(".*.partial")):
            path.unlink(missing_ok=True)
        for path in self.facts.glob("*.parquet"):
            if path.name not in kept and time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink(missing_ok=True)
        for path in self.rejects.glob("*.csv"):
            if path.stem not in built:
                path.unlink(missing_ok=True)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for one build, gone at the end; a killed build's folder goes with the next.

        Whoever asks holds the lock of the store.
        """
        root = self.folder / "tmp"
        root.mkdir(parents=True, exist_ok=True)
        for left in root.iterdir():
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=root))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _size(file: Path) -> int:
    """The bytes of a regular file. Raises OSError for anything else, which may never end."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{file}: not a regular file")
    return found.st_size
