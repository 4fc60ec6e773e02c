"""The plan's file as pages change it: only if it is what was seen, whole or not at all, and with its history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings

from milepost import clock
from milepost.errors import DataError, MilepostError, one_line
from milepost.files import locked, replacing
from milepost.plan.editing.edit import Edit
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Member, PlanDraft, PlanEdit
from milepost.server.queries.owners import PLAN

# What a change was; their words are on the page of the history.
VERBS = (
    "start", "touchpoint", "add touchpoint", "move touchpoint", "remove touchpoint", "add journey",
    "journey", "move journey", "remove journey", "add initiative", "initiative", "remove initiative",
    "add note", "note", "remove note", "company", "undo", "by hand",
)  # fmt: skip
BY_HAND = "by hand"
_WAIT = 10.0
# Where uploaded data files lie, and how large one may be.
DATA = "data"
MOST_BYTES = {
    ".csv": 200 << 20,
    ".tsv": 200 << 20,
    ".txt": 200 << 20,
    ".jsonl": 200 << 20,
    ".parquet": 200 << 20,
    ".xlsx": 64 << 20,
}
# What may come packed with gzip.
_TEXTS = (".csv", ".tsv", ".txt", ".jsonl")
_NO_TABLE = "The file is neither CSV, JSON lines, XLSX nor Parquet; save the table as one of them."


class PlanChangedError(MilepostError, RuntimeError):
    """Somebody changed the plan since it was looked at."""


class PlanWriteError(MilepostError, RuntimeError):
    """The plan's file cannot be written."""


def hash_of(text: str) -> str:
    """Which text of the plan it is; empty where there is none."""
    return sha256(text.encode()).hexdigest() if text else ""


def write(
    edit: Edit, *, seen: str, verb: str, about: str = "", why: str = "", by: Member
) -> PlanEdit:
    """Write a changed plan; `seen` is the hash of the text that whoever changes it has seen.

    Raises PlanChangedError where the file is another by now, whoever changed it, PlanWriteError
    where it cannot be written.
    """
    with locked(settings.MILEPOST.own / "plan", wait_seconds=_WAIT):
        current = _text()
        _settle(hash_of(current))
        if hash_of(current) != seen or edit.before != current:
            raise PlanChangedError(f"{PLAN} was changed since you looked at it; look again")
        _note_hand(current)
        # The row comes first: what is found pending later tells what somebody was about to write.
        with writing():
            row = PlanEdit.objects.create(
                member=by, verb=verb, about=about[:200], why=one_line(why)[:200], before=current,
                after=edit.after, before_hash=seen, after_hash=hash_of(edit.after),
            )  # fmt: skip
        _replace(row)
        with writing():
            _end(row, "written")
            record("change_plan", row, by, what=verb, about=about[:200])
    return row


def became(row: PlanEdit, current: str) -> str:
    """What became of a change; of one that is pending the file tells, whose hash is `current`."""
    if row.state != "pending":
        return row.state
    return {row.after_hash: "written", row.before_hash: "lost"}.get(current, "unsure")


def keep_draft(said: Mapping[str, Any], *, by: Member) -> None:
    """Keep what was said on the way to a first plan; what others said beside it stays."""
    with writing():
        _keep(said, by)


def decide_file(path: str, said: Mapping[str, str], *, by: Member) -> None:
    """Keep what was decided about a data file of the draft; nothing happens where it is gone."""
    with writing():
        files = _files()
        if path in files:
            _keep({"files": {**files, path: dict(said)}}, by)


def keep_file(name: str, parts: Iterable[bytes], *, by: Member) -> str:
    """Keep a data file in the project's folder under a safe name; its path from there.

    The draft knows it from then on. Raises DataError for what is no table or too large.
    """
    stem, suffix = _parts(name)
    folder = Path(settings.FOLDER) / DATA
    try:
        folder.mkdir(exist_ok=True)
        file = _taken(folder, stem, suffix)
        try:
            _fill(file, parts, most=MOST_BYTES[suffix.removesuffix(".gz")])
        except BaseException:
            file.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise PlanWriteError(
            f"the folder '{DATA}' cannot be written ({error.strerror}); let this server write it"
        ) from None
    path = f"{DATA}/{file.name}"
    with writing():
        record("keep_data_file", PlanDraft(pk=1), by, file=file.name)
        _keep({"files": {**_files(), path: {}}}, by)
    return path


def drop_file(path: str, *, by: Member) -> None:
    """Remove a data file that was uploaded for the draft; nothing happens where it is gone."""
    with writing():
        files = _files()
        if path not in files:
            return
        record("drop_data_file", PlanDraft(pk=1), by, file=path)
        _keep({"files": {each: said for each, said in files.items() if each != path}}, by)
    (Path(settings.FOLDER) / path).unlink(missing_ok=True)


def _keep(said: Mapping[str, Any], by: Member) -> None:
    draft = PlanDraft.objects.select_for_update().filter(pk=1).first() or PlanDraft(pk=1)
    draft.document, draft.updated_at = {**draft.document, **said}, clock.now()
    draft.save()
    record("draft_plan", draft, by)


def _files() -> dict[str, dict[str, str]]:
    """The draft's files, which nobody else changes until the transaction ends."""
    draft = PlanDraft.objects.select_for_update().filter(pk=1).first()
    return dict(draft.document.get("files", {})) if draft else {}


def _parts(name: str) -> tuple[str, str]:
    """A safe name for a file and its ending, such as .csv.gz. Raises DataError for what is no table."""
    lower = name.lower()
    packed = lower.endswith(".gz")
    given = Path(lower.removesuffix(".gz"))
    if given.suffix not in (_TEXTS if packed else MOST_BYTES):
        raise DataError(_NO_TABLE)
    stem = re.sub(r"[^a-z0-9]+", "_", given.stem)[:60].strip("_") or "data"
    return stem, given.suffix + ".gz" * packed


def _taken(folder: Path, stem: str, suffix: str) -> Path:
    """A file of a name that no other has, there from now on."""
    for number in count(1):
        file = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}_{number}{suffix}")
        try:
            file.touch(mode=0o640, exist_ok=False)
        except FileExistsError:
            continue
        return file
    raise AssertionError


def _fill(file: Path, parts: Iterable[bytes], *, most: int) -> None:
    size = 0
    with file.open("wb") as handle:
        for part in parts:
            size += len(part)
            if size > most:
                raise DataError(
                    f"{file.name} is larger than {most >> 20} MB; put it into the folder 'data' by hand"
                )
            handle.write(part)


def forget_draft(*, by: Member) -> None:
    """Forget the draft; files that were uploaded for it stay."""
    with writing():
        draft = PlanDraft.load()
        record("forget_plan_draft", draft, by)
        PlanDraft.objects.filter(pk=1).delete()


def _replace(row: PlanEdit) -> None:
    # A link to the file stays one, and its reader's rights too.
    target = (Path(settings.FOLDER) / PLAN).resolve()
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        with replacing(target) as partial:
            partial.write_bytes(row.after.encode())
            if mode is not None:
                partial.chmod(mode)
    except OSError as error:
        with writing():
            _end(row, "lost")
        raise PlanWriteError(
            f"{PLAN} cannot be written ({error.strerror}); let this server write the folder"
        ) from None


def _settle(current: str) -> None:
    """Find out what became of changes whose process ended on the way."""
    for row in PlanEdit.objects.filter(state="pending").defer("before", "after"):
        state = became(row, current)
        with writing():
            _end(row, state)
            record("settle_plan", row, None, state=state)


def _note_hand(current: str) -> None:
    """A change that somebody made in an editor becomes part of the history."""
    last = PlanEdit.objects.filter(state__in=("written", "unsure")).order_by("pk").last()
    if last is None or last.after_hash == hash_of(current):
        return
    with writing():
        made = PlanEdit.objects.create(
            verb=BY_HAND, state="written", before=last.after, after=current,
            before_hash=last.after_hash, after_hash=hash_of(current),
        )  # fmt: skip
        record("change_plan", made, None, what=BY_HAND)


def _end(row: PlanEdit, state: str) -> None:
    PlanEdit.objects.filter(pk=row.pk).update(state=state)
    row.state = state


def _text() -> str:
    try:
        return (Path(settings.FOLDER) / PLAN).read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise DataError(f"{PLAN} is not UTF-8; save it as UTF-8") from None
