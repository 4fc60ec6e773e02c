"""What became of the records of a file so far; every record is in it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from milepost.server.importing.rows import Problem
from milepost.server.models import Import

# More different remarks are not told one by one.
_REMARKS = 20
OTHERS = "further remarks of this kind"


@dataclass(frozen=True, slots=True)
class Account:
    """Records by outcome; but for `created` (people made for events) they add up to `read`.

    `reasons` count refused records, `left_out` values that were not used though their record was,
    `remarks` what was used and yet looks wrong.
    `rejects` is the length of the reject file in bytes.
    """

    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    rejects: int = 0

    def after(
        self,
        read: int,
        counts: Counter[str],
        refused: Iterable[Problem],
        left_out: Iterable[Problem],
        *,
        remarks: Counter[str],
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
            remarks=_bounded(self.remarks, remarks),
            rejects=rejects,
        )

    def to_json(self) -> dict[str, Any]:
        """As the table keeps it, beside `read`."""
        return {
            "counts": dict(self.counts),
            "reasons": dict(self.reasons),
            "left_out": dict(self.left_out),
            "remarks": dict(self.remarks),
            "rejects": self.rejects,
        }


def _bounded(known: Counter[str], more: Counter[str]) -> Counter[str]:
    """Remarks name values of the file, of which there may be a million: what comes late is counted together."""
    found = Counter(known)
    for remark, count in more.items():
        found[remark if remark in found or len(found) < _REMARKS else OTHERS] += count
    return found


def account_of(job: Import) -> Account:
    """How far an import is."""
    kept = job.counts
    return Account(
        read=job.read,
        counts=Counter(kept.get("counts", {})),
        reasons=Counter(kept.get("reasons", {})),
        left_out=Counter(kept.get("left_out", {})),
        remarks=Counter(kept.get("remarks", {})),
        rejects=kept.get("rejects", 0),
    )
