"""A plan's text tried before it is written: what is wrong with it, and which metrics its sources bring.

Light: what opens a plan is loaded where it is called, which is a measuring process.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A metric that may be a signal: its words, and where it may be taken.

    `leading`: the first of what one question gives. `at` are the touchpoints at which it is asked; None: any. `windowed`: a time may be stated within
    which it is looked for; `pointed`: it has no number of the company as a whole.
    """

    metric: str
    title: str
    label: str
    unit: str
    good: str
    kind: str
    words: str
    windowed: bool
    pointed: bool
    leading: bool
    at: tuple[str, ...] | None

    def asked_at(self, touchpoint: str) -> bool:
        """Whether it may be a signal of a touchpoint."""
        return self.at is None or touchpoint in self.at


@dataclass(frozen=True, slots=True)
class Trial:
    """What a text is as a plan: its mistakes, one line each, and what its sources bring."""

    findings: tuple[str, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Something a file does not say for certain: `choices` are names and what each says."""

    key: str
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A data file as it was understood.

    `text` is a starter plan for it; `stops` the touchpoints in it, names and titles; `records` were
    looked at, all there are if `whole`.
    """

    text: str
    fact: str
    empty: bool
    records: int
    whole: bool
    questions: tuple[tuple[str, str], ...]
    choosing: tuple[Choosing, ...]
    remarks: tuple[str, ...]
    unused: tuple[str, ...]
    stops: tuple[tuple[str, str], ...]


def tried(text: str, folder: str) -> Trial:
    """Try a text as the plan of a folder."""
    from milepost.insight.trying import trial_of  # noqa: PLC0415 -- opens a plan, which is heavy

    return trial_of(text, folder)


def looked(
    file: str, folder: str, timezone: str, decided: tuple[tuple[str, str], ...] = ()
) -> Looked:
    """Look at a data file below a folder; `decided` are choices by their keys. Raises DataError."""
    from milepost.insight.trying import look_of  # noqa: PLC0415 -- reads files, which is heavy

    return look_of(file, folder, timezone, dict(decided))
