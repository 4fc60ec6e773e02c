"""The signals of a touchpoint as choices: those that are stated, and those that the sources would bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from milepost.insight.trial import Offer
from milepost.plan.model import KINDS, Kind, Signal, Touchpoint
from milepost.server.titles import titled


@dataclass(frozen=True, slots=True)
class Choice:
    """One signal that may be chosen; `stated`: the plan has it already."""

    kind: Kind
    signal: Signal
    stated: bool
    title: str
    words: str
    unit: str
    windowed: bool

    @property
    def key(self) -> str:
        """What the form calls it."""
        return key_of(self.signal)


def key_of(signal: Signal) -> str:
    """A signal as a form sends it: metric, level and time."""
    return f"{signal.metric}|{signal.of}|{signal.within or ''}"


def choices_of(point: Touchpoint, offers: Sequence[Offer]) -> tuple[Choice, ...]:
    """Every signal that may be chosen at a touchpoint: the stated first, then those of the touchpoint itself."""
    known = {offer.metric: offer for offer in offers}
    found = [
        _choice(kind, signal, known.get(signal.metric), stated=True)
        for kind in KINDS
        for signal in getattr(point, kind)
    ]
    taken = {each.key for each in found}
    new = (each for each in _offered(point.name, offers) if each.key not in taken)
    return (*found, *new)


def _offered(touchpoint: str, offers: Iterable[Offer]) -> Iterator[Choice]:
    here = [offer for offer in offers if offer.asked_at(touchpoint)]
    for offer in here:
        yield _choice(_kind(offer), Signal(metric=offer.metric), offer, stated=False)
    for offer in offers:
        if not offer.pointed:
            signal = Signal(metric=offer.metric, of="company")
            yield _choice(_kind(offer), signal, offer, stated=False)


def _kind(offer: Offer) -> Kind:
    return next(kind for kind in KINDS if kind == offer.kind)


def _choice(kind: Kind, signal: Signal, offer: Offer | None, *, stated: bool) -> Choice:
    title = titled(offer.title) if offer else signal.metric
    if signal.of == "company":
        title = _("%(metric)s, of the company as a whole") % {"metric": title}
    if signal.within:
        title = _("%(metric)s, within %(time)s") % {"metric": title, "time": signal.within}
    windowed = bool(offer and offer.windowed and not signal.within)
    return Choice(
        kind, signal, stated, title, offer.words if offer else "", offer.unit if offer else "",
        windowed,
    )  # fmt: skip
