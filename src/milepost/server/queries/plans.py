"""The plan as its file says it, tried before it is written; and what pages changed of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet

from milepost.errors import BusyError, DataError
from milepost.insight.trial import Looked, Trial, looked, tried
from milepost.plan.editing.reading import plan_of
from milepost.plan.fitting import fit
from milepost.plan.model import Plan
from milepost.plan.reading import read
from milepost.plan.starter import starter
from milepost.server.actions.plans import hash_of
from milepost.server.measuring.beside import Beside, Later
from milepost.server.models import PlanEdit
from milepost.server.queries.numbers import (
    AT_ONCE,
    NotYet,
    plan_file,
    processes,
    room,
    state_of,
)

# Who saves waits longer than a page that is only looked at.
PATIENT = 25.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan's file as it is: its text, which one it is, and the plan as far as it can be read."""

    text: str
    hash: str
    plan: Plan | None


def standing() -> Standing:
    """The plan's file as it is now; empty where there is none. Raises DataError for what is no text."""
    try:
        text = plan_file().read_bytes().decode()
    except FileNotFoundError:
        return Standing("", "", None)
    except UnicodeDecodeError:
        raise DataError(f"{plan_file().name} is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise DataError(f"{plan_file().name} cannot be read ({error.strerror})") from None
    _remember(text)
    tree, _ = read(plan_file())
    return Standing(text, hash_of(text), fit(tree, plan_file().name)[0] if tree else None)


def begun(now: Standing) -> bool:
    """Whether somebody has made the plan; the one that `milepost serve` wrote is only there to be replaced."""
    if now.plan is None:
        return bool(now.text)
    company = now.plan.company
    return now.text != starter(company.name, timezone=company.timezone)


def seen_plan(wanted: str) -> Plan | None:
    """The plan as somebody saw it who opened a page some time ago; None where nobody knows any more."""
    with _lock:
        shown = _shown.get(wanted)
    if shown is not None:
        return plan_of(shown)
    row = PlanEdit.objects.filter(Q(after_hash=wanted) | Q(before_hash=wanted)).first()
    if not wanted or row is None:
        return None
    return plan_of(row.after if row.after_hash == wanted else row.before)


# Texts that pages showed lately, by their hashes: what an editor wrote stands in no history yet.
_shown: OrderedDict[str, str] = OrderedDict()
_lock = Lock()
_MOST_SHOWN = 16


def _remember(text: str) -> None:
    with _lock:
        _shown[hash_of(text)] = text
        _shown.move_to_end(hash_of(text))
        while len(_shown) > _MOST_SHOWN:
            _shown.popitem(last=False)


def trial(text: str, *, seconds: float = AT_ONCE) -> Trial:
    """What a text is as the plan. Raises NotYet where that is not known within `seconds`."""
    folder = Path(settings.FOLDER)
    return _found(seconds, tried, text, str(folder), of=state_of(folder)[1:])


def look(file: str, decided: tuple[tuple[str, str], ...], *, zone: str, seconds: float) -> Looked:
    """A data file below the folder as it is understood. Raises NotYet, DataError."""
    folder = str(settings.FOLDER)
    try:
        return _found(seconds, looked, file, folder, zone, decided, of=_stamp(file))
    except DataError as wrong:
        # Where the folder lies on the server is nobody's business on a page.
        raise DataError(str(wrong).replace(f"{folder}/", "")) from None


def edits() -> QuerySet[PlanEdit]:
    """The history without its texts, the newest first."""
    return PlanEdit.objects.select_related("member").defer("before", "after")


def _found(seconds: float, call: Callable[..., Found], *args: Hashable, of: Hashable) -> Found:
    """What a call finds in a measuring process; kept while `of`, what it depends on, is the same."""
    for _again in range(2):
        try:
            return _beside().found(call, *args, of=of, seconds=seconds, patient=seconds > AT_ONCE)
        except Later:
            raise NotYet(0, 1, processes().told) from None
        except BrokenProcessPool:
            # It ended since it was last asked, or with something else that it measured.
            continue
    raise BusyError("the process that reads plans has ended; try again")


@cache
def _beside() -> Beside:
    return Beside(_submit, room())


def _submit(call: Callable[..., Found], *args: Hashable) -> Future[Found]:
    return processes().submit(call, *args)


def _stamp(file: str) -> tuple[int, int]:
    try:
        found = (Path(settings.FOLDER) / file).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
