"""Who goes first when a day has no room for all: a daily cap that forgets nobody's place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from heapq import heappush, heappushpop

from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.person import Candidate, Event
from milepost.programs.deciding.rules import had_contact
from milepost.programs.deciding.run import Run
from milepost.programs.deciding.spread import share

Wanted = tuple[Candidate, Event | None, Decision]
_Key = tuple[int, float, float, int]


def rank(run: Run, candidate: Candidate, decision: Decision) -> tuple[bool, float, float]:
    """A person's place under a daily cap, the lowest first.

    Those with a recent contact if the program says so, then who has been due longest, then by hash.
    """
    rule = run.program.recency
    late = rule is not None and not had_contact(candidate, rule.days, run.now)
    due = decision.since.timestamp() if decision.since else 0.0
    return late, due, share("rank", run.program.name, candidate.id)


@dataclass(slots=True)
class Shortlist:
    """The best of each day, no more of them in memory than the day has room for."""

    _days: dict[date, list[tuple[_Key, Wanted]]] = field(default_factory=dict)
    _count: int = 0

    def offer(
        self, day: date, room: int, place: tuple[bool, float, float], wanted: Wanted
    ) -> Wanted | None:
        """Put somebody on the list of a day with so much room; who has to give way, if anybody."""
        if room <= 0:
            return wanted
        self._count += 1
        late, due, drawn = place
        # Turned round, because a heap gives back its lowest and the worst is to go.
        entry = ((-late, -due, -drawn, -self._count), wanted)
        best = self._days.setdefault(day, [])
        if len(best) < room:
            heappush(best, entry)
            return None
        return heappushpop(best, entry)[1]

    def kept(self) -> list[Wanted]:
        """Those who kept their place: by day, the first by rank first."""
        days = sorted(self._days)
        return [wanted for day in days for _, wanted in sorted(self._days[day], reverse=True)]
