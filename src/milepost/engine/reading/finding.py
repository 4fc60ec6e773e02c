"""Which files a source means, whether they changed, and why one cannot be opened."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from milepost.engine.reading.plain import wrong
from milepost.errors import nearest


def find_files(pattern: str, *, base: Path) -> tuple[Path, ...]:
    """The file that `pattern` names under `base`, or all files of a glob in the order of names.

    Raises DataError when nothing matches, or what matches is a folder.
    """
    if "\0" in pattern:
        raise wrong(f"{pattern!r}: a file's name cannot hold a NUL; correct 'from'")
    with readable(base / pattern):
        if not glob.has_magic(pattern) or (base / pattern).exists():
            return (_one(base / pattern),)
    # Path.glob would also take hidden files, such as an editor's backups.
    names = sorted(glob.glob(pattern, root_dir=base, recursive=True))  # noqa: PTH207 -- see above
    files = tuple(base / name for name in names if (base / name).is_file())
    if not files:
        raise wrong(f"{base / pattern}: no file matches; expected at least one")
    return files


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of names, sizes and times of change: equal as long as nobody touched the files."""
    parts = []
    for file in files:
        with readable(file):
            found = file.stat()
        parts.append(f"{file.resolve()}\0{found.st_size}\0{found.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Say in one line why the operating system would not give a file's bytes."""
    try:
        yield
    except FileNotFoundError:
        raise wrong(f"{file}: not found; was it moved or renamed? correct 'from'") from None
    except PermissionError:
        raise wrong(f"{file}: permission denied; give this user the right to read it") from None
    except IsADirectoryError:
        raise wrong(_folder(file)) from None
    except OSError as error:
        why = error.strerror or str(error).splitlines()[0]
        raise wrong(f"{file}: cannot be read ({why}); check the disk and the path") from None


def _one(file: Path) -> Path:
    with readable(file):
        if file.is_dir():
            raise wrong(_folder(file))
        if file.is_symlink() and not file.exists():
            raise wrong(f"{file}: is a link that leads to no file; correct the link or 'from'")
        if not file.exists():
            close = nearest(file.name, (other.name for other in file.parent.glob("*")))
            meant = f"did you mean '{close}'?" if close else "correct 'from' or put the file there"
            raise wrong(f"{file}: not found; {meant}")
        if not file.is_file():
            raise wrong(f"{file}: is a device or a pipe; expected a file")
    return file


def _folder(file: Path) -> str:
    return f"{file}: is a folder; expected a file, or a pattern such as '{file.name}/*.csv'"
