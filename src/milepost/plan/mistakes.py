"""The mistakes that several parts of a plan can make, each as a place and one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo, available_timezones

from milepost.errors import hint, nearest
from milepost.plan.expressions import ExpressionError, body, columns_of, is_expression, parse
from milepost.plan.reading import Place

Mistake = tuple[Place, str]


def clashes(names: Iterable[tuple[Place, str]], kind: str) -> Iterator[Mistake]:
    """Each name that an earlier one of its kind already bears; the engine does not tell A from a."""
    seen: dict[str, str] = {}
    for place, name in names:
        first = seen.get(name.lower())
        if first == name:
            yield place, f"{kind} '{name}' is there twice; names are unique"
        elif first is not None:
            yield place, f"{kind} '{name}' differs from '{first}' in case alone; rename one of them"
        seen.setdefault(name.lower(), name)


def timezone_mistakes(name: str, place: Place) -> Iterator[Mistake]:
    """What is wrong with the name of a time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        close = nearest(name, available_timezones())
        meant = f"did you mean '{close}'?" if close else "expected one such as Europe/Rome"
        yield place, f"time zone '{name}' is unknown; {meant}"


def value_mistakes(
    text: str | None, place: Place, *, aliases: tuple[str, ...] = (), aggregates: bool = False
) -> Iterator[Mistake]:
    """What is wrong with a column's name or '= …'."""
    if text is None:
        return
    if not is_expression(text):
        yield from _empty(text, place)
        return
    try:
        tree = parse(body(text), aggregates=aggregates)
    except ExpressionError as error:
        yield place, f"{place[-1]}: {error}"
    else:
        yield from _strange_aliases(columns_of(tree), place, aliases)


def condition_mistakes(
    text: str | None, place: Place, *, aliases: tuple[str, ...] = ()
) -> Iterator[Mistake]:
    """What is wrong with a condition, which is an expression without '='."""
    if text is None:
        return
    try:
        tree = parse(text)
    except ExpressionError as error:
        yield place, f"{place[-1]}: {error}"
    else:
        yield from _strange_aliases(columns_of(tree), place, aliases)


def _empty(text: str, place: Place) -> Iterator[Mistake]:
    if not text.strip():
        yield place, f"{place[-1]}: expected a column's name, or '= ' and an expression"


def _strange_aliases(
    columns: Iterable[tuple[str | None, str]], place: Place, aliases: tuple[str, ...]
) -> Iterator[Mistake]:
    for alias, name in columns:
        if alias and alias not in aliases:
            known = hint(alias, set(aliases)) if aliases else "; 'as' gives a source its alias"
            yield place, f"{place[-1]}: '{alias}' in '{alias}.{name}' is no alias{known}"
