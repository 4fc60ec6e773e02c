"""Lifetime value: published parameters, figures by hand, warnings, and where nothing can be told."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import milepost as mp
from milepost.engine.customer_cells import Cells, condensed
from milepost.errors import QuestionError, UnknownName
from milepost.insight.customers.value import Value
from milepost.insight.customers.value_table import amount
from milepost.insight.notebook import Opened
from milepost.stats import lifetime, spend, value

HEAD = "company: {name: Test, timezone: Europe/Copenhagen, currency: DKK}\nsources:\n"
ORDERS = (
    "  - {{name: orders, fact: orders, from: orders.csv, columns: {{order_id: id, customer_id: who,"
    " ordered_at: day, amount: amount{margin}}}, attributes: {{country: country}}}}\n"
)
Order = tuple[str, date, float]

END = date(2025, 12, 31)


def table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def shop(folder: Path, orders: Iterable[Order], *, margin: str = "", more: str = "") -> Opened:
    """A plan of orders, whose margin is a fifth; customers with an odd number are Danish."""
    rows = [
        (n, who, day, money, money / 5, "DK" if who[-1:] in "13579" else "SE")
        for n, (who, day, money) in enumerate(orders)
    ]
    table(folder / "orders.csv", ("id", "who", "day", "amount", "margin", "country"), rows)
    plan = HEAD + ORDERS.format(margin=margin) + more
    (folder / "milepost.yaml").write_text(plan, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


# The cells of the vector clv.bgnbd.weighted_cells_small: repeats, last, age in weeks, customers.
CELLS = (
    (0, 0, 30, 120), (0, 0, 38, 200), (1, 8, 38, 40), (2, 20, 36, 22),
    (3, 30, 38, 15), (0, 0, 34, 90), (5, 36, 38, 9), (1, 2, 30, 35),
)  # fmt: skip


def bought() -> list[Order]:
    """Orders that make those cells, the first of each customer worth 50, the others by customer."""
    orders: list[Order] = []
    number = 0
    for repeats, last, age, customers in CELLS:
        for _ in range(customers):
            number += 1
            who, first = f"c{number}", END - timedelta(weeks=age)
            money = 20.0 + 10 * (number % 9)
            orders.append((who, first, 50.0))
            for repeat in range(repeats):
                # The last lies on its day, the others on the days before it.
                day = first + timedelta(weeks=last) - timedelta(days=repeat)
                orders.append((who, day, money))
    return orders


def test_the_model_of_small_cells(tmp_path: Path, now: object) -> None:
    """Parameters from R's BTYD; the totals from the models' own functions, customer by customer."""
    # An order of nobody known tells that the data reaches so far.
    found = shop(tmp_path, [*bought(), ("", END, 1.0)]).value()
    assert found.prediction is not None
    assert found.whole is not None
    assert found.prediction.loglik == pytest.approx(-1069.81820200805, rel=1e-6)
    model = lifetime.Purchasing(**found.prediction.buying)
    assert model == pytest.approx(
        (0.143049638123296, 6.45029610739098, model.a, model.b), rel=0.005
    )
    x, t, age, n = (np.array(column, dtype=float) for column in zip(*CELLS, strict=True))
    alive = float(lifetime.alive(model, x, t, age) @ n)
    ahead = found.whole.to_come
    assert ahead is not None
    assert (ahead.customers, ahead.alive) == (531, pytest.approx(alive))
    month = 365.25 / 84
    purchases = float(lifetime.expected(model, x, t, age, ahead=24 * month) @ n)
    assert ahead.purchases == pytest.approx(purchases)
    discounted = value.discounted_purchases(model, x, t, age, month=month)
    if found.prediction.spending is None:
        each = discounted * found.prediction.mean_purchase
        assert ahead.total == pytest.approx(float(each @ n))
    assert ahead.mean == pytest.approx(ahead.total / 531)


def test_money_is_expected_of_each_customer(tmp_path: Path, now: object) -> None:
    """The sum of a cell stands for its customers: the same as row by row."""
    orders = varied()
    found = shop(tmp_path, orders).value(months=6, discount=0)
    assert found.prediction is not None
    assert found.prediction.spending is not None
    assert found.whole is not None
    assert found.whole.to_come is not None
    model = lifetime.Purchasing(**found.prediction.buying)
    spending = spend.Spending(**found.prediction.spending)
    total = 0.0
    last = max(day for _, day, _ in orders)
    for who in {who for who, _, _ in orders}:
        days = sorted({day for other, day, _ in orders if other == who})
        first, repeats = days[0], len(days) - 1
        money = sum(m for other, day, m in orders if other == who and day > first)
        cell = (repeats, (days[-1] - first).days / 7, (last - first).days / 7)
        often = lifetime.expected(model, *cell, ahead=6 * 365.25 / 84)
        total += float(often * spend.expected(spending, repeats, money / max(repeats, 1)))
    assert found.whole.to_come.total == pytest.approx(total, rel=1e-9)
    low, high = found.whole.to_come.total_low, found.whole.to_come.total_high
    assert low is not None
    assert high is not None
    assert low < total < high


def varied(customers: int = 400, *, seed: int = 1) -> list[Order]:
    """Orders drawn from both models, over a year."""
    random = np.random.default_rng(seed)
    orders: list[Order] = []
    for number in range(customers):
        rate, chance = random.gamma(0.8, 1 / 6), random.beta(0.8, 2.5)
        scale = 30 / random.gamma(4)
        day = start = 365 * random.random() * 0.6
        while day < 365:
            money = round(float(random.gamma(6) * scale), 2) + 0.01
            orders.append((f"c{number}", date(2025, 1, 1) + timedelta(days=int(day)), money))
            day += 7 * random.exponential(1 / rate)
            if random.random() < chance and day > start:
                break
    return orders


def test_segments_add_up_to_the_whole(tmp_path: Path, now: object) -> None:
    found = shop(tmp_path, varied()).value(by="country")
    assert found.whole is not None
    assert found.whole.to_come is not None
    assert {segment.name for segment in found.segments} == {"DK", "SE"}
    parts = [segment.to_come for segment in found.segments]
    assert sum(segment.customers for segment in found.segments) == found.whole.customers == 400
    assert sum(part.total for part in parts if part) == pytest.approx(found.whole.to_come.total)
    historic = sum(segment.historic for segment in found.segments)
    assert historic == pytest.approx(found.whole.historic)
    assert historic == pytest.approx(sum(money for _, _, money in varied()))


def test_margin_stands_in_for_money_where_all_have_it(tmp_path: Path, now: object) -> None:
    revenue = shop(tmp_path, varied()).value()
    profit = shop(tmp_path, varied(), margin=", margin: margin").value()
    assert (revenue.money, profit.money) == ("amount", "margin")
    assert revenue.whole is not None
    assert profit.whole is not None
    assert profit.whole.historic == pytest.approx(revenue.whole.historic / 5)
    assert any("revenue, not profit" in note for note in revenue.notes)
    assert not any("revenue, not profit" in note for note in profit.notes)


def test_refunds_lower_what_was_brought_and_are_no_purchases(tmp_path: Path, now: object) -> None:
    plain = shop(tmp_path, varied()).value()
    later = date(2025, 12, 30)
    more = [
        *varied(),
        ("c1", later, -7.0),
        ("x", later, -5.0),
        ("", later, 99.0),
        ("c2", later, -1.0),
    ]
    found = shop(tmp_path, more).value()
    assert found.whole is not None
    assert plain.whole is not None
    assert found.whole.historic == pytest.approx(plain.whole.historic - 13)
    assert found.whole.customers == 401
    assert found.whole.to_come is not None
    assert found.whole.to_come.customers == 400
    notes = " ".join(found.notes)
    assert "Left out: orders of nobody known, 1." in notes
    assert "Refunds (amounts below 0), 3," in notes
    assert "customers with nothing else: 1" in notes


def test_until_is_all_that_the_models_know(tmp_path: Path, now: object) -> None:
    """What came after it is the check; leaving it out changes nothing but that."""
    orders = varied()
    cut = date(2025, 9, 1)
    found = shop(tmp_path, orders).value(until=cut)
    known = [order for order in orders if order[1] < cut]
    bare = shop(tmp_path, [*known, ("", date(2025, 8, 31), 1.0)]).value()
    assert found.prediction is not None
    assert bare.prediction is not None
    assert found.prediction.buying == pytest.approx(bare.prediction.buying, rel=1e-6)
    check = found.prediction.check
    assert check is not None
    assert (check.split, check.customers) == (cut, len({who for who, _, _ in known}))
    days = {(who, day) for who, day, _ in orders if day >= cut}
    old = {who for who, _, _ in known}
    assert check.actual == len({pair for pair in days if pair[0] in old})
    money = sum(m for who, day, m in orders if day >= cut and who in old)
    assert check.actual_money == pytest.approx(money)
    groups = check.by_repeats
    assert sum(group.customers for group in groups) == check.customers
    assert sum(g.customers * g.actual for g in groups) == pytest.approx(check.actual)
    assert sum(g.customers * g.predicted for g in groups) == pytest.approx(check.predicted)


CONTRACTS = """
  - {name: contracts, fact: subscriptions, from: contracts.csv, columns: {subscription_id: id,
     customer_id: who, started_at: day, ended_at: left, monthly_amount: paid}}
"""
WON = """
  - {name: people, fact: customers, from: people.csv, columns: {customer_id: who, joined_at: day}}
  - {name: spend, fact: spend, from: spend.csv, columns: {at: day, amount: amount}}
"""


def contracts(folder: Path, *, more: str = "") -> Opened:
    """Ten customers since 2024-01-01 who pay 20 a month; five leave after a year, five stay."""
    rows = [
        (n, f"c{n}", "2024-01-01", "2025-01-01" if n < 5 else "", 20) for n in range(10)
    ] + [(99, "new", "2025-12-31", "", 20)]  # fmt: skip
    table(folder / "contracts.csv", ("id", "who", "day", "left", "paid"), rows)
    (folder / "milepost.yaml").write_text(HEAD + CONTRACTS + more, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


def test_a_contract_by_hand(tmp_path: Path, now: object) -> None:
    found = contracts(tmp_path).value(months=18, discount=0)
    assert found.whole is None
    assert found.contract is not None
    told = found.contract
    assert (told.monthly, told.method) == (pytest.approx(20), "Kaplan-Meier")
    # There for months 0 to 11 all of them, for months 12 to 17 half.
    assert told.value == pytest.approx(20 * (12 + 6 / 2))
    assert told.low is not None
    assert told.high is not None
    half = 20 * 6 * (0.5 * 0.5 / 10) ** 0.5 * 1.959964
    assert (told.low, told.high) == (
        pytest.approx(300 - half, rel=1e-6), pytest.approx(300 + half, rel=1e-6),
    )  # fmt: skip
    discounted = contracts(tmp_path).value(months=18, discount=10).contract
    assert discounted is not None
    factors = 1.1 ** -(np.arange(18) / 12)
    assert discounted.value == pytest.approx(20 * factors @ np.repeat([1, 0.5], [12, 6]))


def test_value_to_cost(tmp_path: Path, now: object) -> None:
    table(tmp_path / "people.csv", ("who", "day"), [(f"c{n}", "2024-01-20") for n in range(10)])
    table(tmp_path / "spend.csv", ("day", "amount"), [("2024-01-01", 900), ("2025-01-01", 100)])
    found = contracts(tmp_path, more=WON).value(months=18, discount=0)
    assert found.cost is not None
    assert (found.cost.spend, found.cost.customers, found.cost.cost) == (1000, 10, 100)
    assert found.cost.ratio == pytest.approx(3)
    assert found.cost.low < 3 < found.cost.high
    # 20 at once and 20 at the end of every month: 100 is earned back with the fifth payment.
    assert found.cost.payback == 4
    assert "3.0 times" in " ".join(found.table().split())


def test_too_little_is_told_so(tmp_path: Path, now: object) -> None:
    once = [(f"c{n}", date(2025, 1, 1) + timedelta(days=n % 300), 10.0) for n in range(50)]
    found = shop(tmp_path, once).value()
    assert found.prediction is None
    assert found.whole is not None
    assert (found.whole.historic, found.whole.to_come) == (500, None)
    assert "Fewer than 10 customers bought on a second day" in found.notes[-1]
    assert json.loads(found.to_json())["prediction"] is None
    assert "500.00" in found.table()


def test_what_cannot_be_asked_is_one_line(tmp_path: Path, now: object) -> None:
    plan = shop(tmp_path, varied(40))
    for message, parts in (
        ("months 0: expected 1 to 240", {"months": 0}),
        ("discount -1: expected 0 to 100", {"discount": -1}),
        ("no order before 1999-01-01 names a customer", {"until": "1999-01-01"}),
        ("until 'May' is not a day", {"until": "May"}),
    ):
        with pytest.raises(QuestionError, match=message) as told:
            plan.value(**parts)  # type: ignore[arg-type]
        assert "\n" not in str(told.value)
    with pytest.raises(UnknownName, match="did you mean 'country'"):
        plan.value(by="contry")
    with pytest.raises(QuestionError, match="are of orders, and no source brings any"):
        contracts(tmp_path).value(by="country")
    table(tmp_path / "people.csv", ("who", "day"), [("c1", "2024-01-20")])
    (tmp_path / "milepost.yaml").write_text(HEAD + WON.splitlines()[1] + "\n")
    with pytest.raises(QuestionError, match="no source brings orders, nor subscriptions"):
        mp.open(tmp_path / "milepost.yaml").value()


def test_tables_fit_their_width(tmp_path: Path, now: object) -> None:
    found = shop(tmp_path, varied()).value(by="country")
    for width in (30, 50, 80, 100):
        assert max(map(len, found.table(width=width).splitlines())) <= width
    assert "  DK      " in found.table()


def test_condensed_cells_keep_the_sums() -> None:
    random = np.random.default_rng(2)
    age = random.integers(30, 300, 2000) / 7
    repeats = random.integers(0, 4, 2000).astype(float)
    last = np.where(repeats > 0, age * random.random(2000), 0)
    cells = Cells(repeats, last, age, np.ones(2000), repeats * 10, repeats, repeats)
    fewer = condensed(cells, weeks=4)
    assert len(fewer.repeats) < 1000
    assert fewer.n == 2000
    assert fewer.money.sum() == pytest.approx(cells.money.sum())
    assert fewer.age @ fewer.customers == pytest.approx(age.sum())
    model = lifetime.Purchasing(0.24, 4.4, 0.8, 2.4)
    exact, rough = (
        float(lifetime.expected(model, c.repeats, c.last, c.age, ahead=39) @ c.customers)
        for c in (cells, fewer)
    )
    assert rough == pytest.approx(exact, rel=0.005)


def test_amounts_carry_few_digits() -> None:
    assert amount(-12.5) == "−12.50"


def cdnow(folder: Path, shared: Path) -> Opened:
    (folder / "milepost.yaml").write_text(
        f"""
company: {{name: CDNOW, timezone: UTC, currency: USD}}
sources:
  - name: sample
    fact: orders
    from: {shared / "cdnow" / "CDNOW_sample.txt"}
    read:
      delimiter: whitespace
      header: none
      names: [master_id, sample_id, date, units, dollars]
      dates: "%Y%m%d"
    columns: {{order_id: "= _record", customer_id: sample_id, ordered_at: date, amount: dollars}}
"""
    )
    return mp.open(folder / "milepost.yaml")


@pytest.mark.shared
def test_cdnow_as_published(shared: Path, tmp_path: Path) -> None:
    """Fader, Hardie & Lee 2005, Fader & Hardie note 025; the sum of expectations by R's BTYD."""
    found = cdnow(tmp_path, shared).value(until="1997-10-01")
    told = found.prediction
    assert told is not None
    assert told.spending is not None
    assert found.whole is not None
    assert told.loglik == pytest.approx(-9582.43, abs=0.005)
    for name, number in (("r", 0.2426), ("alpha", 4.4135), ("a", 0.7929), ("b", 2.4258)):
        assert told.buying[name] == pytest.approx(number, rel=5e-4)
    for name, number in (("p", 6.2488), ("q", 3.7446), ("gamma", 15.4477)):
        assert told.spending[name] == pytest.approx(number, rel=5e-4)
    assert told.mean_purchase == pytest.approx(35.17, abs=0.005)
    assert told.repeaters == 946
    assert told.one_timers == pytest.approx(100 - 40.14, abs=0.005)
    check = told.check
    assert check is not None
    assert ((check.until - check.split).days, check.customers) == (273, 2357)
    assert check.predicted == pytest.approx(1653.4, abs=0.05)
    assert check.actual == 1882
    assert told.correlation == pytest.approx(0.11, abs=0.005)
    assert_warned(found)


def assert_warned(found: Value) -> None:
    notes = " ".join(found.notes)
    for text in ("60 % bought once", "correlation 0.11", "9 months and the prediction 24 ahead"):
        assert text in notes
