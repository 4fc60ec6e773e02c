"""The steps of asking in words: each number with what it is a part of, and how sure its rate is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.server.queries.program_figures import Steps
from milepost.server.queries.programs import reason_words
from milepost.server.queries.rates import Share
from milepost.server.templatetags.telling import count

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """One step: its name, its number with its denominator, its share; `sure`: whether the share has an interval."""

    label: str
    said: str
    share: Share | None = None
    sure: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a share and its interval stand on a line from 0 to 100, as SVG takes it."""

    x: str
    width: str
    at: str


# Why an invitation was closed before it was sent, beside a decision's reasons.
_BECAUSE: dict[str, StrPromise] = {
    "by hand": gettext_lazy("closed by hand"),
    "unsubscribed": gettext_lazy("unsubscribed before"),
    "complained": gettext_lazy("called a mail of ours spam before"),
    "throttled": gettext_lazy("was asked by another program meanwhile"),
    "held": gettext_lazy("held by an event"),
    "erased": gettext_lazy("erased"),
}


def lines(steps: Steps, *, kind: str = "relationship") -> list[Line]:
    """The steps in order; `kind` is the program's."""
    if not steps.planned:
        return [*_before(steps, kind), _planned(steps)]
    return [*_before(steps, kind), *_sending(steps), *_answers(steps), *_leaving(steps)]


def bar(share: Share, top: float) -> Bar | None:
    """The bar of a share where the line ends at `top` per cent."""
    if share.percent is None or share.ends is None:
        return None
    low, high = share.ends
    scale = 100 / top
    return Bar(
        f"{low * scale:.2f}",
        f"{max((high - low) * scale, 0.5):.2f}",
        f"{share.percent * scale:.2f}",
    )


def top_of(shares: Sequence[Share]) -> int:
    """Where a line of bars ends: the next ten per cent above all intervals."""
    highest = max((share.ends[1] for share in shares if share.ends), default=100.0)
    return min(100, 10 * (int(highest // 10) + 1))


def _before(steps: Steps, kind: str) -> Iterator[Line]:
    if steps.considered is None or steps.asking is None:
        return
    if kind == "transactional":
        said, asking = _("%(count)s events of these days"), _("%(count)s of %(of)s events")
    else:
        said, asking = _("%(count)s people, as it now stands"), _("%(count)s of %(of)s people")
    yield Line(_("Considered"), said % {"count": count(steps.considered)})
    if steps.considered:
        yield _line(_("To be asked"), asking, steps.asking, steps.considered)


def _planned(steps: Steps) -> Line:
    words = _("%(count)s invitations whose time came")
    return Line(_("Planned"), words % {"count": count(steps.planned)})


def _sending(steps: Steps) -> Iterator[Line]:
    of, tally = steps.planned, steps.tally
    yield _planned(steps)
    planned = _("%(count)s of %(of)s planned")
    yield _line(_("Asked: sent"), planned, tally.sent, of)
    if steps.failed:
        yield _line(_("Failed"), planned, steps.failed, of)
    if steps.refused:
        yield _line(_("Bounced at once"), planned, steps.refused, of)
    for why, many in steps.withdrawn:
        reason = _BECAUSE.get(why) or _(reason_words(why))
        yield _line(_("Not sent: %(reason)s") % {"reason": reason}, planned, many, of, part=True)
    sent = _("%(count)s of %(of)s sent")
    if tally.delivered:
        yield _line(_("Delivered"), sent, tally.delivered, tally.sent)
    else:
        yield Line(_("Delivered"), _("not known: no mail server has told"))
    yield _line(_("Bounced"), sent, tally.bounced, tally.sent, sure=True)


def _answers(steps: Steps) -> Iterator[Line]:
    tally = steps.tally
    sent = _("%(count)s of %(of)s sent")
    yield _line(_("Answered, of those sent"), sent, tally.answered, tally.sent, sure=True)
    if tally.delivered:
        delivered = _("%(count)s of %(of)s delivered")
        yield _line(
            _("Answered, of those delivered"), delivered, tally.reached, tally.delivered, sure=True
        )
    known = tally.complete + tally.partial
    answered = _("%(count)s of %(of)s answered whose course is known")
    if not tally.nameless:
        answered = _("%(count)s of %(of)s answered")
    yield _line(_("Complete"), answered, tally.complete, known, sure=True, part=True)
    yield _line(_("Partial"), answered, tally.partial, known, sure=True, part=True)
    if tally.nameless:
        of = _("%(count)s of %(of)s answered: how far is not kept")
        yield _line(_("Anonymous"), of, tally.nameless, tally.answered, part=True)


def _leaving(steps: Steps) -> Iterator[Line]:
    tally = steps.tally
    after = _("%(count)s after one of %(of)s sent")
    kept = _("%(count)s of %(of)s sent; not counted as answered")
    yield _line(_("Quarantined"), kept, tally.quarantined, tally.sent, sure=True)
    yield _line(_("Unsubscribed"), after, steps.unsubscribed, tally.sent, sure=True)
    yield _line(_("Called it spam"), after, steps.complained, tally.sent, sure=True)


def _line(
    label: str, said: str, many: int, of: int, *, sure: bool = False, part: bool = False
) -> Line:
    share = Share(many, of)
    return Line(label, said % {"count": count(many), "of": count(of)}, share, sure, part)
