"""What became of the records of a file so far; every record is in it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from milepost.server.importing.rows import Problem
from milepost.server.models import Import


@dataclass(frozen=True, slots=True)
class Account:
    """Records by outcome; but for `created` (people made for events) they add up to `read`.

    `reasons` count refused records, `left_out` values that were not used though their record was.
    `rejects` is the length of the reject file in bytes.
    """

    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    rejects: int = 0

    def after(
        self,
        read: int,
        counts: Counter[str],
        refused: Iterable[Problem],
        left_out: Iterable[Problem],
        *,
        rejects: int = 0,
    ) -> Account:
        """The account with one batch more."""
        reasons = Counter(one.reason for one in refused)
        rejected = Counter(rejected=reasons.total())
        return Account(
            read=read,
            counts=self.counts + counts + rejected,
            reasons=self.reasons + reasons,
            left_out=self.left_out + Counter(one.reason for one in left_out),
            rejects=rejects,
        )

    def to_json(self) -> dict[str, Any]:
        """As the table keeps it, beside `read`."""
        return {
            "counts": dict(self.counts),
            "reasons": dict(self.reasons),
            "left_out": dict(self.left_out),
            "rejects": self.rejects,
        }


def account_of(job: Import) -> Account:
    """How far an import is."""
    kept = job.counts
    return Account(
        read=job.read,
        counts=Counter(kept.get("counts", {})),
        reasons=Counter(kept.get("reasons", {})),
        left_out=Counter(kept.get("left_out", {})),
        rejects=kept.get("rejects", 0),
    )
