"""From orders, contracts and spend to the lifetime value of customers, with what to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from milepost.engine import contracts, customer_cells, customers
from milepost.engine.customer_cells import Group
from milepost.engine.customers import Bought, Known
from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.answering import made_of
from milepost.insight.asking import Day, Names, question_of, shown
from milepost.insight.customers.contract_value import contract
from milepost.insight.customers.prediction import (
    FEWEST,
    MONTH,
    Check,
    Horizon,
    Models,
    ToCome,
    checked,
    mean_money,
    models,
    newcomer_value,
    to_come,
)
from milepost.insight.customers.value import Prediction, Segment, Value
from milepost.insight.customers.winning import Worth, cost_of, of_contract, of_purchases

LONGEST_MONTHS = 240
# Above it those who buy often spend otherwise per purchase than the model takes for granted.
CORRELATED = 0.1
_MOSTLY, _NEARLY_ALL = 0.5, 0.98
_FAR_OFF = 0.2


def value_of(
    project: Project,
    *,
    by: Names = (),
    months: int = 24,
    discount: float = 10.0,
    until: Day | None = None,
    where: str | None = None,
    mark: str = "",
    progress: Progress = silent,
) -> Value:
    """The value that its parts ask for. Raises PlanError, DataError or QuestionError."""
    question = question_of(by=by, until=until, where=where, mark=mark)
    horizon = _horizon(question, months, discount, mark)
    return made_of(project, lambda reader: value(reader, question, horizon), progress=progress)


def value(reader: Reader, question: Question, horizon: Horizon) -> Value:
    """The lifetime value of a plan's customers, as known before the question's `until`.

    Raises QuestionError, or UnknownName.
    """
    _check_brought(reader, question)
    segment = question.by[0] if question.by else None
    bought = Bought(question.until, segment, question.where)
    found = _of_orders(reader, bought, horizon) if "orders" in reader.columns else _Orders()
    by_contract = contract(reader, question, horizon)
    worth = of_contract(by_contract) if by_contract else _of_newcomers(found, horizon)
    known, company = found.known, reader.project.plan.company
    until = known.last + timedelta(days=1) if known else None
    return Value(
        plan=str(reader.project.draft.path), money=known.money if known else None,
        currency=company.currency, since=known.first if known else None, until=until,
        where=question.where, by=bought.by, months=horizon.months, discount=horizon.yearly * 100,
        whole=found.whole, segments=found.segments, prediction=found.prediction,
        contract=by_contract, cost=cost_of(reader, worth, until or question.until),
        notes=tuple(_notes(found, horizon)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Orders:
    """What the orders tell."""

    known: Known | None = None
    models: Models | None = None
    first_purchase: float = 0.0
    whole: Segment | None = None
    segments: tuple[Segment, ...] = ()
    prediction: Prediction | None = None
    refunders: int = 0


def _of_newcomers(found: _Orders, horizon: Horizon) -> Worth | None:
    ahead = found.whole.to_come if found.whole else None
    if found.models is None or ahead is None:
        return None
    return of_purchases(found.models, found.first_purchase, ahead, horizon)


def _check_brought(reader: Reader, question: Question) -> None:
    if "orders" in reader.columns:
        return
    if not contracts.brought(reader):
        raise QuestionError(
            "no source brings orders, nor subscriptions with monthly_amount and ended_at, of which"
            " a customer's value is made"
        )
    if question.by or question.where:
        raise QuestionError("--by and --where are of orders, and no source brings any")


def _horizon(question: Question, months: object, discount: object, mark: str) -> Horizon:
    if not isinstance(months, int) or not 1 <= months <= LONGEST_MONTHS:
        raise QuestionError(f"{mark}months {shown(months)}: expected 1 to {LONGEST_MONTHS}")
    if not isinstance(discount, int | float) or not 0 <= discount <= 100:
        raise QuestionError(f"{mark}discount {shown(discount)}: expected 0 to 100, per cent a year")
    if len(question.by) > 1:
        raise QuestionError(f"{mark}by takes one segment here, not {len(question.by)}")
    return Horizon(months, discount / 100)


def _of_orders(reader: Reader, bought: Bought, horizon: Horizon) -> _Orders:
    known = customers.look(reader, bought)
    customers.gather(reader, bought, known)
    (everyone,) = customer_cells.groups(reader, known)
    cells, spent = customer_cells.cells(reader, known), customer_cells.spent(reader)
    fitted = models(cells, spent)
    first = everyone.first_money / everyone.bought
    whole = _segment(everyone, to_come(fitted, cells, horizon) if fitted else None)
    parts: tuple[Segment, ...] = ()
    if bought.by:
        by_name = customer_cells.cells_by_segment(reader, known)
        parts = tuple(
            _segment(
                group, to_come(fitted, by_name[group.name], horizon)
                if fitted and group.name in by_name else None,
            )
            for group in customer_cells.groups(reader, known, cut=True)
        )  # fmt: skip
    told = None
    if fitted:
        again = float(cells.customers[cells.repeats > 0].sum())
        told = _prediction(
            fitted, int(again), 1 - again / cells.n, newcomer_value(fitted, first, horizon),
            _check(reader, known, fitted),
        )  # fmt: skip
    return _Orders(known, fitted, first, whole, parts, told, everyone.customers - everyone.bought)


def _segment(group: Group, ahead: ToCome | None) -> Segment:
    return Segment(group.name, group.customers, group.money, ahead)


def _prediction(
    fitted: Models, repeaters: int, one_timers: float, new: float, check: Check | None
) -> Prediction:
    spending = fitted.spending
    return Prediction(
        buying=fitted.buying.model._asdict(), loglik=fitted.buying.loglik,
        converged=fitted.buying.converged,
        spending=spending.model._asdict() if spending else None,
        spending_loglik=spending.loglik if spending else None,
        mean_purchase=mean_money(fitted), repeaters=repeaters, one_timers=one_timers * 100,
        correlation=fitted.correlation, new_value=new, check=check,
    )  # fmt: skip


def _check(reader: Reader, known: Known, fitted: Models) -> Check | None:
    """The models against what came later: those fitted already where they do not know it."""
    if known.split is None:
        return None
    early = customer_cells.cells(reader, known, early=True)
    found: Models | None = fitted
    if known.split <= known.last:
        found = models(early, customer_cells.spent(reader, early=True))
    return checked(found, early, known) if found else None


def _notes(found: _Orders, horizon: Horizon) -> Iterator[str]:
    """What must be known of the figures and stands in none of them."""
    known = found.known
    if known is None:
        return
    if known.money == "amount":
        yield "This is revenue, not profit: map margin in the source of orders for what is earned."
    if known.lacking_margin:
        yield (
            f"Orders without a margin: {known.lacking_margin:,}, so that amounts are used for all;"
            " complete the margins, or exclude those orders with 'where' in the plan."
        )
    if known.nameless:
        yield f"Left out: orders of nobody known, {known.nameless:,}."
    if known.refunds:
        only = f"; customers with nothing else: {found.refunders:,}" if found.refunders else ""
        yield (
            f"Refunds (amounts below 0), {known.refunds:,}, lower what was brought so far, and are no"
            f" purchases to the models{only}."
        )
    if found.prediction is None:
        yield (
            f"Fewer than {FEWEST} customers bought on a second day: nothing tells what they will do."
        )
        return
    ahead = found.whole.to_come if found.whole else None
    if ahead and ahead.alive > _NEARLY_ALL * ahead.customers:
        yield "The model sees hardly anybody leave; in so short a time it may take pauses for loyalty."
    yield from _doubts(found.prediction, known, horizon)


def _doubts(told: Prediction, known: Known, horizon: Horizon) -> Iterator[str]:
    months = (known.last - known.first).days / 7 / MONTH
    if months < horizon.months:
        yield (
            f"The orders reach back {months:.0f} months and the prediction {horizon.months} ahead:"
            " ask for less with --months, or take the later part for a guess."
        )
    if not told.converged:
        yield "The data do not determine the model of purchases: its figures have no interval."
    if told.spending is None:
        yield (
            "How customers differ in what they spend could not be fitted: each purchase counts as"
            " the mean of all."
        )
    if told.one_timers > _MOSTLY * 100:
        yield (
            f"{told.one_timers:.0f} % bought once. The model takes each of them for active, since"
            " only a further purchase could show a leaving: what it expects of them is high."
        )
    if abs(told.correlation) >= CORRELATED:
        more = "more" if told.correlation > 0 else "less"
        yield (
            f"Who buys more often spends {more} per purchase (correlation {told.correlation:.2f};"
            f" the model wants less than {CORRELATED}): values of frequent buyers are off."
        )
    check = told.check
    missed = max(abs(check.miss or 0), abs(check.money_miss or 0)) if check else 0.0
    if missed > _FAR_OFF:
        yield (
            f"The check missed by {missed * 100:.0f} %: do not plan with these figures before it is"
            " known why, such as a season, a campaign or other customers than before."
        )
