"""What a digest says: the finding, the worst moment and every headline number, in one reader's language."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import JourneyMap, MapOf, Moment
from milepost.insight.one.asking import OneMetric
from milepost.insight.outline import Contents, Outline
from milepost.plan.model import Period
from milepost.server.addresses import absolute
from milepost.server.forms.lens import Lens
from milepost.server.forms.told_filters import filters_of
from milepost.server.measuring.picturing import Picture
from milepost.server.models import Digest
from milepost.server.queries.numbers import numbers
from milepost.server.templatetags.telling import between, count, figure, moved, period, tone, words
from milepost.server.titles import titled

# Nobody waits for the page of a mail: so long a worker waits for each of its parts.
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Found:
    """What is measured for a digest, whatever the language it is told in."""

    contents: Contents
    map: MapOf
    lens: Lens

    @property
    def card(self) -> Scorecard | None:
        """The scorecard; None where nothing is measured yet."""
        return self.map.answer.scorecard

    @property
    def leads(self) -> Cell | None:
        """The number the mail is about: that of the biggest change, else the first headline."""
        if self.map.biggest:
            return self.map.biggest.cell
        return next((line.cell for _stop, line in _headlines(self.card)), None)


def found_for(digest: Digest) -> Found:
    """The numbers of a digest's latest closed period. Raises NoPlan, NotYet, Refusal or LostFilter."""
    (contents,) = numbers(Outline(), seconds=PATIENCE)
    lens = Lens.kept(digest.query, contents)
    (found,) = numbers(JourneyMap(None, None, lens.where()), seconds=PATIENCE)
    return Found(contents, found, lens)


def content(digest: Digest, found: Found) -> dict[str, Any]:
    """The mail of a digest in the active language, as plain data. Raises as `found_for` does."""
    card = found.card
    assert card is not None
    picture = _picture(found)
    query = f"?{found.lens.query}" if found.lens.query else ""
    return {
        "lang": get_language() or "en", "subject": _subject(found, card), "title": digest.title,
        "about": _about(card), "filters": [str(each) for each in filters_of(found.lens.query, found.contents)],
        "sentences": [*_sentences(found.map), *_older(found.contents)],
        "header": [_("Touchpoint"), _("Value"), _("Change"), _("Verdict")],
        "rows": [_row(stop, line, line.cell) for stop, line in _headlines(card) if line.cell],
        "picture": base64.b64encode(picture).decode("ascii"), "alt": _alt(found),
        "button": _("Open the journey map"), "url": absolute("home") + query,
        "off": _("You get this because you are on the list of a digest. Turn it off:"),
        "off_url": absolute("digests"),
    }  # fmt: skip


def _subject(found: Found, card: Scorecard) -> str:
    moment = found.map.biggest
    if moment is None or not moment.cell.against.change:
        told = _("%(company)s: no real change in %(period)s")
        return told % {"company": card.company, "period": period(card.period)}
    fell = moment.cell.against.change < 0
    told = _("%(title)s fell to %(value)s") if fell else _("%(title)s rose to %(value)s")
    value = figure(moment.cell.value, moment.cell.unit)
    return f"{told % {'title': moment.title, 'value': value}} ({titled(moment.cell.title)})"


def _about(card: Scorecard) -> str:
    said = _("%(company)s, %(period)s compared with %(compared)s")
    told = said % {
        "company": card.company,
        "period": period(card.period),
        "compared": period(card.compared),
    }
    return told if card.complete else f"{told} ({_('so far')})"


def _sentences(found: MapOf) -> Iterator[str]:
    if found.biggest:
        yield _changed(found.biggest)
    else:
        yield _("Every change is within usual variation, or cannot be told.")
    if found.worst:
        yield _worst(found.worst)


def _older(contents: Contents) -> Iterator[str]:
    """A line for each source that cannot be read; why is told on the site, and not by mail."""
    for each in contents.kept:
        if each.built_at is None:
            told = _("Source “%(source)s” cannot be read: nothing of it is measured.")
            yield told % {"source": each.source}
            continue
        told = _("Source “%(source)s” cannot be read now: its numbers are as of %(at)s.")
        at = each.built_at.astimezone(ZoneInfo(contents.timezone))
        yield told % {"source": each.source, "at": date_format(at, "SHORT_DATETIME_FORMAT")}


def _changed(moment: Moment) -> str:
    cell = moment.cell
    said = _("The biggest real change: %(title)s, %(metric)s went from %(before)s to %(value)s (%(verdict)s).")  # fmt: skip
    return said % {
        "title": moment.title, "metric": titled(cell.title), "before": figure(cell.against.value, cell.unit),
        "value": figure(cell.value, cell.unit),
        "verdict": "; ".join(filter(None, (words(cell.verdict), _sure(cell)))),
    }  # fmt: skip


def _worst(moment: Moment) -> str:
    said = _("The worst moment: %(title)s, %(metric)s %(value)s. Of %(reach)s customers it let down %(bad)s or more.")  # fmt: skip
    return said % {
        "title": moment.title, "metric": titled(moment.cell.title),
        "value": _with_sure(moment.cell), "reach": count(moment.reach),
        "bad": count(moment.bad),
    }  # fmt: skip


def _sure(cell: Cell) -> str:
    """A number's interval and of how many it is, as far as it has them."""
    n = f"n {count(cell.n)}" if cell.n is not None else ""
    return " · ".join(filter(None, (between(cell.low, cell.high, cell.unit), n)))


def _with_sure(cell: Cell) -> str:
    sure, value = _sure(cell), figure(cell.value, cell.unit)
    return f"{value} ({sure})" if sure else value


def _headlines(card: Scorecard | None) -> Iterator[tuple[Stop, Line]]:
    """The headlines of each touchpoint, else its first number; what is of the company stands elsewhere."""
    for stop in card.stops if card else ():
        lines = [line for line in stop.lines if line.cell and not line.of_company]
        lead = [line for line in lines if line.headline] or lines[:1]
        for line in lead:
            yield stop, line


def _row(stop: Stop, line: Line, cell: Cell) -> dict[str, str]:
    target = ""
    if cell.target is not None and cell.target_verdict:
        target = f"{_('target')} {figure(cell.target, cell.unit)}: {words(cell.target_verdict)}"
    return {
        "place": stop.title, "metric": titled(line.label), "value": figure(cell.value, cell.unit),
        "sure": _sure(cell),
        "change": moved(cell.against.change, cell.unit) if cell.against.change is not None else "",
        "verdict": words(cell.verdict), "tone": tone(cell.verdict), "target": target,
    }  # fmt: skip


def _alt(found: Found) -> str:
    leads = found.leads
    if leads is None:
        return ""
    point = found.contents.touchpoint(leads.touchpoint or "")
    place = point.title if point else found.contents.company
    said = _("%(title)s, %(metric)s over time: %(value)s in %(period)s")
    return said % {
        "title": place, "metric": titled(leads.title), "value": figure(leads.value, leads.unit),
        "period": period(leads.period),
    }  # fmt: skip


def _picture(found: Found) -> bytes:
    leads = found.leads
    if leads is None:
        return b""
    every = cast(Period, found.map.every)
    asked = OneMetric(leads.metric, leads.touchpoint, every, None, None, found.lens.where())
    lang = (get_language() or "en").partition("-")[0]
    drawn = Picture(asked, titled(leads.title), lang, found.contents.currency or "")
    made: bytes
    (made,) = numbers(drawn, seconds=PATIENCE)
    return made
