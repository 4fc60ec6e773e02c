"""Lifetime value as lines for people: so far, still to come, how the models did, what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from milepost.insight import numbers
from milepost.insight.customers.contract_value import Contract
from milepost.insight.customers.prediction import LAST_FREQUENCY, Check, ToCome
from milepost.insight.customers.value import Prediction, Segment, Value
from milepost.insight.customers.winning import Cost
from milepost.insight.layout import broken, left, right, rule
from milepost.insight.tables import NOT_STATED
from milepost.insight.visible import visible

_MOST_SEGMENTS = 40
_FEW = 30
_COLUMNS = (("customers", 9), ("so far", 9), ("to come", 9), ("each", 8), ("95 % interval", 17))
_LEAST_LABEL = 14
_TABLE = 52


def lines_of(found: Value, *, width: int) -> Iterator[Text]:
    """The parts that there are, then what must be known of them."""
    if found.whole:
        yield from _purchases(found, found.whole, width)
    if found.contract:
        yield from [Text("")] if found.whole else []
        yield from _contract(found, found.contract, width)
    if found.cost:
        yield from broken(_cost(found.cost, found), width)
    for note in found.notes:
        yield from broken(note, width, style="yellow")


def _purchases(found: Value, whole: Segment, width: int) -> Iterator[Text]:
    money = "margin" if found.money == "margin" else "revenue"
    where = f" where {visible(found.where)}" if found.where else ""
    currency = f", {found.currency}" if found.currency else ""
    heading = (
        f"Lifetime value of customers who order{where} ({money}{currency}): so far, and the"
        f" {found.months} months from {found.until}, at {found.discount:g} % a year"
    )
    yield from broken(heading, width, style="bold")
    shown = found.segments[:_MOST_SEGMENTS]
    names = ["all", *(_name(segment) for segment in shown)]
    form = _form(max(map(cell_len, names)), width)
    head = "".join(f" {right(name, size)}" for name, size in form.columns)
    yield Text(head.rjust(form.used), "dim")
    yield rule(width)
    for segment in shown:
        yield from _row(_name(segment), segment, form)
    if found.segments:
        yield rule(width)
    yield from _row("all", whole, form)
    if any(segment.customers < _FEW for segment in shown):
        yield from broken(
            f"* fewer than {_FEW} customers: mostly what the model makes of all", width
        )
    if len(found.segments) > len(shown):
        yield Text(f"{len(found.segments) - len(shown):,} more are in --format json.")
    if found.prediction and whole.to_come:
        yield from _told(found, found.prediction, whole.to_come, width)


@dataclass(frozen=True, slots=True)
class _Form:
    """How wide the label is, and the columns with their widths."""

    label: int
    columns: tuple[tuple[str, int], ...]

    @property
    def used(self) -> int:
        return 2 + self.label + sum(size + 1 for _, size in self.columns)


def _form(longest: int, width: int) -> _Form:
    """The columns for which there is room beside the labels; the last ones go first."""
    columns: tuple[tuple[str, int], ...] = _COLUMNS
    room = width - _Form(0, columns).used
    while room < min(longest, _LEAST_LABEL) and len(columns) > 1:
        columns = columns[:-1]
        room = width - _Form(0, columns).used
    return _Form(min(longest, room), columns)


def _name(segment: Segment) -> str:
    return NOT_STATED if segment.name is None else visible(segment.name)


def _row(name: str, segment: Segment, form: _Form) -> Iterator[Text]:
    ahead = segment.to_come
    few = "*" if segment.customers < _FEW else ""
    parts = {
        "customers": numbers.count(segment.customers) + few,
        "so far": amount(segment.historic),
        "to come": amount(ahead.total if ahead else None),
        "each": amount(ahead.mean if ahead else None),
        "95 % interval": _ends(ahead.mean_low, ahead.mean_high) if ahead else numbers.NONE,
    }
    if cell_len(name) > form.label:
        yield from broken(name, form.used, indent=2)
        name = ""
    row = "".join(f" {right(parts[column], size)}" for column, size in form.columns)
    yield Text(f"  {left(name, form.label)}{row}")


def _told(found: Value, told: Prediction, ahead: ToCome, width: int) -> Iterator[Text]:
    share = ahead.alive / ahead.customers * 100
    ends = f" ({_ends(ahead.total_low, ahead.total_high)})" if ahead.total_low is not None else ""
    yield from broken(
        f"Of {ahead.customers:,} customers {ahead.alive:,.0f} ({share:.0f} %) are likely still"
        f" active; {ahead.purchases:,.0f} purchases are expected of all, worth"
        f" {amount(ahead.total)} today{ends}. A new customer"
        f" may bring {amount(told.new_value)} within {found.months} months.", width,
    )  # fmt: skip
    if told.check:
        yield from _check(told.check, width)
    yield from broken(_models(told), width, style="dim")


def _check(check: Check, width: int) -> Iterator[Text]:
    if check.miss is None:
        yield from broken(f"Check: nothing was bought from {check.split} on.", width)
        return
    weeks = (check.until - check.split).days / 7
    off = f"; worth {_off(check.money_miss, 'much', 'little')}" if check.money_miss else ""
    yield from broken(
        f"Check: knowing only what was before {check.split}, the models expect"
        f" {check.predicted:,.1f} purchases of {check.customers:,} customers in the next"
        f" {weeks:.0f} weeks; {check.actual:,.0f} came: expected were {_off(check.miss, 'many', 'few')}{off}.", width,
    )  # fmt: skip
    if width < _TABLE:
        return
    yield Text(
        f"  {'repeats before':<15} {'customers':>9} {'expected':>9} {'came':>7}  each", "dim"
    )
    for row in check.by_repeats:
        name = f"{row.repeats} or more" if row.repeats == LAST_FREQUENCY else str(row.repeats)
        yield Text(
            f"  {name:<15} {right(numbers.count(row.customers), 9)} {row.predicted:>9.2f}"
            f" {row.actual:>7.2f}"
        )


def _off(miss: float, more: str, less: str) -> str:
    return f"{abs(miss) * 100:.1f} % too {more if miss > 0 else less}"


def _models(told: Prediction) -> str:
    buying = ", ".join(f"{name} {number:.4f}" for name, number in told.buying.items())
    text = f"BG/NBD: {buying}; log-likelihood {told.loglik:,.2f}."
    if told.spending:
        spending = ", ".join(f"{name} {number:.4f}" for name, number in told.spending.items())
        text += f" Gamma-Gamma: {spending}; mean purchase {told.mean_purchase:,.2f}"
        text += f", of {told.repeaters:,} who bought again; correlation {told.correlation:.2f}."
    return f"{text} The intervals hold what the sample leaves open of the models."


def _contract(found: Value, told: Contract, width: int) -> Iterator[Text]:
    currency = f", {found.currency}" if found.currency else ""
    heading = f"Lifetime value of a new customer with a contract (revenue{currency})"
    yield from broken(heading, width, style="bold")
    how = (
        f"by who was still there, seen for up to {told.months_seen} months (Kaplan-Meier)"
        if told.method == "Kaplan-Meier"
        else f"projected from {told.months_seen} months (shifted-beta-geometric model)"
    )
    yield from broken(
        f"{amount(told.value)} ({_ends(told.low, told.high)}) within {told.months} months, at"
        f" {found.discount:g} % a year: {amount(told.monthly)} for every month there, {how}."
        f" {told.customers:,} customers paid {amount(told.historic)} so far.", width,
    )  # fmt: skip


def _cost(cost: Cost, found: Value) -> str:
    back = (
        "at once"
        if cost.payback == 0
        else f"after {cost.payback} month{'' if cost.payback == 1 else 's'}"
        if cost.payback
        else f"not within {found.months} months"
    )
    return (
        f"Value to cost: a new customer's {amount(cost.value)} ({cost.made_of}) is {cost.ratio:.1f}"
        f" times ({cost.low:.1f}–{cost.high:.1f}) the {amount(cost.cost)} it cost to win one"
        f" ({amount(cost.spend)} for {cost.customers:,} customers, {cost.since} to"
        f" {cost.until}); it is earned back {back}."
    )


def amount(money: float | None) -> str:
    """Money with the digits it carries.

    >>> amount(35.1704), amount(71253.4), amount(8_911_407.9), amount(None)
    ('35.17', '71,253', '8.91M', '–')
    """
    if money is None:
        return numbers.NONE
    if abs(money) >= 999_999.5:
        return f"{money / 1e6:,.2f}M".replace("-", "−")
    return f"{money:,.{2 if abs(money) < 1000 else 0}f}".replace("-", "−")


def _ends(low: float | None, high: float | None) -> str:
    return numbers.NONE if low is None else f"{amount(low)}–{amount(high)}"
