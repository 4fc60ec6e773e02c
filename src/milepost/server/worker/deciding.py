"""The duty that decides: every program that is due, in order of priority, within one budget."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Count

from milepost import clock
from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.claim import claim
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.program import Program
from milepost.server.actions.decisions import keep as keep_decisions
from milepost.server.databases import writing
from milepost.server.models import Company
from milepost.server.models import Decision as DecisionRow
from milepost.server.models import Program as Row
from milepost.server.queries import candidates
from milepost.server.queries.asked import document_of
from milepost.server.queries.rules import budget_of, needs_of, program_of, zone_of
from milepost.server.worker.queue import PROGRAMS, keep, release
from milepost.version import __version__

_LOG = logging.getLogger("milepost.worker")
# An event waits at most so long until it is looked at.
_TRANSACTIONAL = timedelta(minutes=1)
# A round over everybody may take a hundredth of a worker's time, and need not come more often.
_RELATIONSHIP, _SHARE = timedelta(minutes=5), 100
# What cannot be decided as it stands is looked at again after this.
_LATER = timedelta(minutes=5)
# So many decisions at most are written in one transaction, and so many invitations, which are dearer.
_BATCH, _ASKED = 2_000, 250
_KEEP_SECONDS = 60.0


class Overtaken(Exception):
    """The claim went stale and is another worker's by now."""


@dataclass(slots=True)
class Round:
    """One round: the programs that are due, the moment, and what came of each."""

    rows: dict[str, Row]
    worker: str
    now: datetime
    company: Company
    budget: Budget
    zone: ZoneInfo
    invited: dict[str, int] = field(default_factory=dict)
    kept_at: float = field(default_factory=time.monotonic)

    @property
    def programs(self) -> dict[str, Program]:
        """The programs as deciding reads them."""
        return {name: program_of(row) for name, row in self.rows.items()}


def decide(worker: str) -> bool:
    """Decide every program that is due; no two workers decide at the same time, for the budget is one."""
    rows = take(worker)
    usable = [row for row in rows if _usable(row)]
    for row in rows:
        if row not in usable:
            release(PROGRAMS, row, worker, decide_at=clock.now() + _LATER)
    if usable:
        _decide(usable, worker)
    return False


def take(worker: str) -> list[Row]:
    """Claim all programs that are due; none while another worker decides."""
    now = clock.now()
    if not PROGRAMS.ready(now).exists():
        return []
    with writing():
        # Locked all, so that two workers who look at the same time see one another.
        active = list(Row.objects.select_for_update().filter(active=True).order_by("pk"))
        if any(row.claimed_by for row in active):
            return []
        due = [row.pk for row in active if row.decide_at and row.decide_at <= now]
        Row.objects.filter(pk__in=due).update(claimed_by=worker, claimed_at=now)
    return list(Row.objects.filter(pk__in=due).select_related("survey__current"))


def _decide(rows: Sequence[Row], worker: str) -> None:
    company = Company.load()
    this = Round(
        {row.name: row for row in rows}, worker, clock.now(), company, budget_of(company),
        zone_of(company),
    )  # fmt: skip
    started = time.monotonic()
    try:
        for batch in _batches(_decisions(this)):
            _keep(this, batch)
    except Overtaken:
        _LOG.warning("round overtaken", extra={"fields": {"worker": worker}})
        return
    seconds = time.monotonic() - started
    for row in rows:
        _end(this, row, seconds)


def _decisions(this: Round) -> Iterator[Decision]:
    limit = this.budget.account
    since = this.now - timedelta(days=limit.days) if limit else None
    return claim(
        this.programs.values(),
        lambda program: _people(this, program),
        budget=this.budget,
        now=this.now,
        zone=this.zone,
        accounts=candidates.askings_by_account(since) if since else None,
        planned=_planned(this),
    )


def _people(this: Round, program: Program) -> candidates.People:
    needs = needs_of([program], this.budget, this.now)
    row = this.rows[program.name]
    if program.kind == "relationship" and row.decided_by != _fingerprint(this, row):
        return candidates.everybody(needs)
    ids = candidates.concerned(row, program, this.now)
    return candidates.some(ids, needs)


def _fingerprint(this: Round, row: Row) -> str:
    """What a decision goes by beside the person: where it changes, everybody is looked at."""
    rule = [row.document, row.survey_id, this.company.budget, this.company.time_zone, __version__]
    return sha256(json.dumps(rule, sort_keys=True).encode()).hexdigest()


def _planned(this: Round) -> dict[tuple[str, date], int]:
    """How many invitations each capped program has by day."""
    found: dict[tuple[str, date], int] = {}
    for program in this.programs.values():
        if program.daily_cap is None:
            continue
        rows = candidates.counted_askings().filter(
            program=this.rows[program.name], due_at__gte=this.now - timedelta(days=2)
        )
        for due, sent in rows.values_list("due_at", "sent_at").iterator():
            place = program.name, (sent or due).astimezone(this.zone).date()
            found[place] = found.get(place, 0) + 1
    return found


def _keep(this: Round, batch: Sequence[Decision]) -> None:
    for name, group in groupby(batch, key=lambda decision: decision.program):
        kept = keep_decisions(this.rows[name], list(group), this.company, this.now)
        this.invited[name] = this.invited.get(name, 0) + kept.invited
    if time.monotonic() - this.kept_at > _KEEP_SECONDS:
        this.kept_at = time.monotonic()
        if not all(keep(PROGRAMS, row, this.worker) for row in this.rows.values()):
            raise Overtaken


def _end(this: Round, row: Row, seconds: float) -> None:
    pause = _TRANSACTIONAL
    if row.kind == "relationship":
        pause = max(_RELATIONSHIP, timedelta(seconds=_SHARE * seconds))
    counts = DecisionRow.objects.filter(program=row).order_by().values_list("reason")
    release(
        PROGRAMS, row, this.worker, decide_at=clock.now() + pause, decided_at=this.now,
        decided_by=_fingerprint(this, row), counts=dict(counts.annotate(Count("pk"))),
    )  # fmt: skip
    if invited := this.invited.get(row.name):
        _LOG.info("invited", extra={"fields": {"program": row.name, "people": invited}})


def _usable(row: Row) -> bool:
    """Whether a program can ask now; its page says why not."""
    survey = row.survey
    if survey.archived or survey.current is None:
        return False
    try:
        program_of(row)
    except ProgramError as error:
        _LOG.error(
            "program cannot be read", extra={"fields": {"program": row.name, "why": str(error)}}
        )
        return False
    return not document_of(survey.current).closed(clock.now())


def _batches(decisions: Iterable[Decision]) -> Iterator[list[Decision]]:
    """What is written together: so little that an answer which comes meanwhile hardly waits."""
    batch: list[Decision] = []
    asked = 0
    for decision in decisions:
        batch.append(decision)
        asked += decision.asked
        if len(batch) == _BATCH or asked == _ASKED:
            yield batch
            batch, asked = [], 0
    if batch:
        yield batch
