"""The plan as its file says it, tried before it is written; and what pages changed of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

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
from milepost.server.models import PlanEdit
from milepost.server.queries.numbers import NotYet, plan_file, processes, state_of

# A page that waits for a trial is shown at once, or says that it is coming; who saves waits longer.
AT_ONCE = 0.7
PATIENT = 25.0
_KEPT = 32
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
    row = PlanEdit.objects.filter(Q(after_hash=wanted) | Q(before_hash=wanted)).first()
    if not wanted or row is None:
        return None
    return plan_of(row.after if row.after_hash == wanted else row.before)


def trial(text: str, *, seconds: float = AT_ONCE) -> Trial:
    """What a text is as the plan. Raises NotYet where that is not known within `seconds`."""
    folder = Path(settings.FOLDER)
    return _beside(seconds, tried, text, str(folder), of=state_of(folder)[1:])


def look(file: str, decided: tuple[tuple[str, str], ...], *, zone: str, seconds: float) -> Looked:
    """A data file below the folder as it is understood. Raises NotYet, DataError."""
    return _beside(seconds, looked, file, str(settings.FOLDER), zone, decided, of=_stamp(file))


def edits() -> QuerySet[PlanEdit]:
    """The history without its texts, the newest first."""
    return PlanEdit.objects.select_related("member").defer("before", "after")


_futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = Lock()


def _beside(seconds: float, call: Callable[..., Found], *args: Any, of: Hashable) -> Found:
    """What a call finds in a measuring process; kept while `of`, what it depends on, is the same."""
    key = (call, args, of)
    for _again in range(2):
        try:
            found: Found = _begun(key, call, *args).result(timeout=seconds)
        except TooLate:
            raise NotYet(0, 1, processes().told) from None
        except BrokenProcessPool:
            # It ended since it was last asked, or with something else that it measured.
            continue
        return found
    raise BusyError("the process that reads plans has ended; try again")


def _begun(key: Hashable, call: Callable[..., Found], *args: Any) -> Future[Found]:
    """What finds a call out, begun unless it is known; what failed is begun anew."""
    with _lock:
        future = _futures.get(key)
        if future is None or (future.done() and future.exception()):
            future = _futures[key] = processes().submit(call, *args)
        _futures.move_to_end(key)
        while len(_futures) > _KEPT:
            _futures.popitem(last=False)
    return future


def _stamp(file: str) -> tuple[int, int]:
    try:
        found = (Path(settings.FOLDER) / file).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
