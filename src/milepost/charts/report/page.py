"""The report as one file: head, map, scorecard, signals, data and definitions, with its style inside."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from milepost.charts.palette import LIGHT
from milepost.charts.report.account import account, definitions
from milepost.charts.report.card import journey_map, scorecard
from milepost.charts.report.contents import Contents
from milepost.charts.report.html import Html, joined, tag
from milepost.charts.report.sides import sides
from milepost.insight.card import Scorecard
from milepost.insight.tables import judged_together
from milepost.version import __version__

# Whatever a name or a comment holds, the file loads nothing and runs nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(contents: Contents) -> str:
    """The whole file."""
    card = contents.card
    title = ", ".join(filter(None, (f"{card.company}: customer experience", card.period)))
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light"),
        tag("title", title), tag("style", _style()),
    )  # fmt: skip
    body = tag("body", tag("main", _head(contents), _sections(contents), _foot(contents)))
    return f"<!doctype html>\n{tag('html', tag('head', head), body, lang='en')}\n"


def _head(contents: Contents) -> Html:
    card = contents.card
    return tag(
        "header",
        tag("p", "Customer experience", class_="quiet"), tag("h1", tag("bdi", card.company)),
        tag("p", _period(card) if card.stops else "No period holds data yet: there is nothing to show."),
        tag("p", f"As of {_as_of(contents)}.", class_="quiet"),
        [tag("p", note, class_="warn") for note in contents.answer.notes],
    )  # fmt: skip


def _period(card: Scorecard) -> str:
    changes = f"{card.family} change{'' if card.family == 1 else 's'}"
    state = "" if card.complete else ", so far"
    return f"{card.period}{state}, compared with {card.compared}; {judged_together(changes)}."


def _as_of(contents: Contents) -> str:
    """When the numbers were taken, in the company's time zone."""
    local = contents.answer.as_of.astimezone(ZoneInfo(contents.timezone))
    return f"{local:%Y-%m-%d %H:%M} {contents.timezone}"


def _sections(contents: Contents) -> Html:
    measured = bool(contents.card.stops)
    parts = (
        ("The journey", journey_map(contents) if measured else None),
        ("Scorecard", scorecard(contents) if measured else None),
        ("Signals", joined([sides(signal, contents) for signal in contents.signals])),
        ("Data", account(contents)),
        ("Definitions", definitions(contents) if contents.definitions else None),
    )
    return joined(
        [tag("section", tag("h2", name), part, class_="part") for name, part in parts if part]
    )


def _foot(contents: Contents) -> Html:
    return tag(
        "footer",
        f"Made with Milepost {__version__} from {Path(contents.answer.plan).name}.",
        class_="quiet",
    )


def _style() -> Html:
    """The colours of the light pages, then the report's own rules."""
    names = ("ink", "quiet", "line", "accent", "good", "bad", "warn")
    colours = "".join(f"--{name}:{getattr(LIGHT, name)};" for name in names)
    rules = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    return Html(f":root{{{colours}}}\n{rules}")
