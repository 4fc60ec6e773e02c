"""What a metric is: a definition as data, from its words to the sums that one SQL query brings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from milepost.metrics.boxes import BoxRule
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Estimator, Mean, Quantile
from milepost.plan.model import Good as Good
from milepost.plan.model import Kind as Kind
from milepost.plan.model import Unit as Unit
from milepost.plan.questions import Scale

# Row-level marks that a definition may use; the engine writes the box rule's CASE in their place.
IN_TOP, IN_BOTTOM = "in_top", "in_bottom"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    `where` and `sums` are SQL (DuckDB dialect) over the columns of the fact, or of the `derived`
    one that is made of it; `sums` are additive totals, the estimator turns them into value, interval and n. `beside` names the variant that
    is shown with it. `label` is the title where space is short. `split` names a column whose every value gets a share of its own.
    `needs` are columns without which it is not known; a source that does not map them is left out.
    `invited` allows a source's stated number of people invited in place of the fact's rows.
    `parameters` fill the holes (`:days`) of its SQL and of its derived fact's. `cluster` names the
    column whose values are its independent units, such as agents, instead of customers.
    `at_touchpoints` says that it has no number of the company as a whole. `base` is the metric that
    it is a variant of; `own` that the plan defines it.
    """

    name: str
    title: str
    label: str
    fact: str
    sums: dict[str, str]
    estimator: Estimator
    unit: Unit
    good: Good
    kind: Kind
    words: str
    formula: str
    source: str
    derived: Derived | None = None
    where: str = "TRUE"
    boxes: BoxRule | None = None
    question_type: str | None = None
    beside: str | None = None
    split: str | None = None
    needs: tuple[str, ...] = ()
    invited: bool = False
    parameters: Mapping[str, int] = field(default_factory=dict)
    cluster: str | None = None
    at_touchpoints: bool = False
    base: str | None = None
    own: bool = False
    revision: int = 1
    pitfalls: tuple[str, ...] = field(default=())

    @property
    def version(self) -> str:
        """Name and a hash of what decides the number: never of generated SQL, nor of words."""
        return self.version_on(())

    def version_on(self, readings: Sequence[object]) -> str:
        """The version where a plan reads the answers in these ways (JSON data, in a stable order)."""
        decisive = [
            self.of, self.where, self.sums, self.estimator.name, asdict(self.estimator),
            self.boxes.as_data() if self.boxes else None, self.split, self.revision,
            *([self.derived.select] if self.derived else []),
            *([dict(self.parameters)] if self.parameters else []),
            *([self.cluster] if self.cluster else []),
            *([readings] if readings else []),
        ]  # fmt: skip
        text = json.dumps(decisive, sort_keys=True)
        return f"{self.name}@{hashlib.sha256(text.encode()).hexdigest()[:4]}"

    @property
    def factor(self) -> float:
        """What its value is multiplied by to be shown in its unit."""
        return 100.0 if self.unit in ("percent", "points") else 1.0

    def reach(self, scales: Collection[Scale]) -> tuple[float, float]:
        """The least and the most its value can be, before `factor`; a mean lies on its questions' scales."""
        if not isinstance(self.estimator, Mean) or not scales:
            return self.estimator.scale
        return float(min(low for low, _ in scales)), float(max(high for _, high in scales))

    @property
    def of(self) -> str:
        """The name of the fact whose rows it counts."""
        return self.derived.name if self.derived else self.fact

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts that it cannot do without, or `fact.column` where a column has to be mapped."""
        return (self.fact, *(self.derived.reads if self.derived else ()))

    @property
    def in_hours(self) -> bool:
        """Whether it counts the seconds of the company's business hours."""
        valued = self.estimator.of if isinstance(self.estimator, Quantile) else ""
        made = self.derived.select if self.derived else ""
        texts = (*self.sums.values(), valued, made)
        return any("business_seconds" in text for text in texts)

    @property
    def survey(self) -> bool:
        """Whether it is made of answers, which never pool touchpoints unasked."""
        return self.fact == "responses"
