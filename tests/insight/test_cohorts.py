"""Cohort tables: by hand, against published figures, and where nothing can be told."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from scipy import stats

import milepost as mp
from milepost.errors import QuestionError, UnknownName
from milepost.insight.customers.cohort import Cohort
from milepost.insight.customers.cohorts import Cohorts
from milepost.insight.notebook import Opened
from milepost.plan.calendar import Calendar

HEAD = "company: {name: Test, timezone: Europe/Copenhagen}\nevery: month\nsources:\n"
ORDERS = (
    "  - {name: orders, fact: orders, from: orders.csv, columns: {order_id: id, customer_id: who,"
    " ordered_at: day, amount: amount}, attributes: {country: country}}\n"
)
CONTRACTS = (
    "  - {name: contracts, fact: subscriptions, from: contracts.csv, columns: {subscription_id: id,"
    " customer_id: who, started_at: day, ended_at: left, monthly_amount: paid}}\n"
)
PEOPLE = (
    "  - {name: people, fact: customers, from: people.csv, columns: {customer_id: who,"
    " joined_at: day}}\n"
)


def table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def shop(folder: Path, orders: Iterable[tuple[str, str]]) -> Opened:
    """A plan of orders, each a customer and a day."""
    rows = [(n, who, day, 10, "DK" if n % 2 else "SE") for n, (who, day) in enumerate(orders)]
    table(folder / "orders.csv", ("id", "who", "day", "amount", "country"), rows)
    (folder / "milepost.yaml").write_text(HEAD + ORDERS, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


def club(folder: Path, contracts: Iterable[tuple[str, str, str]]) -> Opened:
    """A plan of contracts, each a customer, a first day, and a last day or nothing."""
    rows = [(n, *contract, 20) for n, contract in enumerate(contracts)]
    table(folder / "contracts.csv", ("id", "who", "day", "left", "paid"), rows)
    (folder / "milepost.yaml").write_text(HEAD + CONTRACTS, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


SMALL = (
    ("a", "2026-01-05"), ("a", "2026-01-20"), ("a", "2026-03-02"),
    ("b", "2026-01-31"), ("b", "2026-02-01"), ("b", "2026-04-10"),
    ("c", "2026-01-07"),
    ("d", "2026-02-14"), ("d", "2026-04-20"),
    ("e", "2026-02-15"), ("e", "2026-03-15"), ("e", "2026-03-16"),
    ("", "2026-01-09"),
)  # fmt: skip


def counts(cohort: Cohort) -> list[tuple[int, bool]]:
    return [(cell.active, cell.complete) for cell in cohort.cells]


def test_a_table_by_hand(tmp_path: Path, now: object) -> None:
    found = shop(tmp_path, SMALL).cohorts()
    january, february = found.cohorts
    assert (january.label, january.size, january.complete) == ("2026-01", 3, True)
    assert counts(january) == [(3, True), (1, True), (1, True), (1, False)]
    assert (february.label, february.size) == ("2026-02", 2)
    assert counts(february) == [(2, True), (1, True), (1, False)]
    later = {average.age: (average.active, average.size) for average in found.averages}
    assert later == {0: (5, 5), 1: (2, 5), 2: (1, 3)}
    low, high = stats.binomtest(1, 3).proportion_ci(method="wilson")
    cell = january.cells[1]
    assert (cell.low, cell.high) == (pytest.approx(low * 100), pytest.approx(high * 100))
    assert found.notes[0] == "Left out: rows of nobody known, 1."
    assert found.known == date(2026, 4, 20)
    text = found.table()
    assert "  2026-01       3   33   33   33*" in text
    assert "* the month has not ended within the data" in text


def test_until_hides_what_came_later_and_since_keeps_first_days(
    tmp_path: Path, now: object
) -> None:
    plan = shop(tmp_path, SMALL)
    early = plan.cohorts(until="2026-03-01")
    assert [counts(cohort) for cohort in early.cohorts] == [[(3, True), (1, True)], [(2, True)]]
    (only,) = plan.cohorts(since="2026-02-01").cohorts
    assert (only.label, only.size) == ("2026-02", 2)
    only_some = plan.cohorts(where="amount > 10000 or country = 'DK'").cohorts
    assert sum(cohort.size for cohort in only_some) == 4


def test_periods_are_the_companys(tmp_path: Path, now: object) -> None:
    plan = shop(tmp_path, SMALL)
    weeks = plan.cohorts(every="week").cohorts
    assert [week.label for week in weeks] == ["2026-01-05", "2026-01-26", "2026-02-09"]
    assert Calendar().span_of(weeks[0].since, "week").since == weeks[0].since
    assert sum(week.size for week in weeks) == 5
    assert [year.size for year in plan.cohorts(every="year").cohorts] == [5]


def test_cohorts_that_differ(tmp_path: Path, now: object) -> None:
    orders = []
    for month, back in ((1, 40), (2, 10)):
        for number in range(50):
            who = f"{month}-{number}"
            orders.append((who, f"2026-0{month}-15"))
            if number < back:
                orders.append((who, f"2026-0{month + 1}-20"))
    orders.append(("last", "2026-05-01"))
    found = shop(tmp_path, orders).cohorts()
    (after_one,) = [average for average in found.averages if average.age == 1]
    expected = stats.chi2_contingency([[40, 10], [10, 40]], correction=False).pvalue
    assert after_one.p == pytest.approx(expected)
    assert "from 20.0 % (2026-02) to 80.0 % (2026-01)" in " ".join(found.table().split())


def test_every_fact_that_says_who(tmp_path: Path, now: object) -> None:
    table(
        tmp_path / "visits.csv", ("id", "who", "at"),
        [(1, "v", "2026-01-05"), (2, "v", "2026-02-05"), (3, "w", "2026-01-06"), (4, "", "2026-03-01")],
    )  # fmt: skip
    (tmp_path / "milepost.yaml").write_text(
        HEAD + "  - {name: visits, fact: visits, from: visits.csv,"
        " columns: {visit_id: id, visitor_id: who, started_at: at}}\n"
    )
    (january,) = mp.open(tmp_path / "milepost.yaml").cohorts(fact="visits").cohorts
    # The visit of nobody known tells nothing of February's end either way: the day is known.
    assert [cell.active for cell in january.cells] == [2, 1, 0]


def test_a_contract_is_lost_at_the_age_it_ends_in(tmp_path: Path, now: object) -> None:
    """The known days end on 2026-04-15: who came on 2026-01-15 has reached age 3 that day."""
    found = club(tmp_path, (
        ("a", "2026-01-15", "2026-02-15"),  # not renewed once: gone at age 1
        ("b", "2026-01-15", "2026-02-16"),  # a day into the second month: gone at age 2
        ("c", "2026-01-15", ""),
        ("d", "2026-01-15", "2027-01-01"),  # a leaving told in advance has not happened
        ("e", "2026-01-20", "2026-04-14"),  # its third month is not over: seen up to age 2
        ("f", "2026-01-10", "2026-02-20"), ("f", "2026-03-01", ""),  # came back: was there
        ("g", "2026-04-15", ""),
    )).cohorts(fact="subscriptions", until="2026-04-16")  # fmt: skip
    january, april = found.cohorts
    assert [(c.size, c.active) for c in january.cells] == [(6, 6), (6, 5), (6, 4), (5, 3)]
    assert [c.complete for c in january.cells] == [True, True, True, False]
    assert (april.size, april.complete) == (1, False)
    assert found.survival is not None
    shares = [left.value / 100 for left in found.survival.seen]
    assert shares == pytest.approx([5 / 6, 4 / 6, 4 / 6])
    assert [left.at_risk for left in found.survival.seen] == [6, 5, 3]


def test_a_projection_from_a_published_cohort(tmp_path: Path, now: object) -> None:
    """Fader & Hardie 2007, High End: alpha .668, beta 3.806; S(12) projected from seven renewals."""
    survivors = (1000, 869, 743, 653, 593, 551, 517, 491)
    contracts = []
    for number in range(1000):
        age = next((n for n, left in enumerate(survivors) if number >= left), None)
        end = f"{2010 + age}-01-01" if age else ""
        contracts.append((str(number), "2010-01-01", end))
    found = club(tmp_path, contracts).cohorts(fact="subscriptions", every="year", ahead=5)
    assert found.survival is not None
    assert found.survival.model is not None
    model = found.survival.model
    assert (model.alpha, model.beta) == (
        pytest.approx(0.668, abs=5e-4), pytest.approx(3.806, abs=5e-3),
    )  # fmt: skip
    assert [left.value / 100 for left in found.survival.seen] == pytest.approx(
        [left / 1000 for left in survivors[1:]]
    )
    last = model.ahead[-1]
    assert (last.age, last.value) == (12, pytest.approx(37.8, abs=0.05))
    assert last.low is not None
    assert last.high is not None
    assert last.low < last.value < last.high
    assert model.fits
    assert "After 12 years 37.8 of 100 are expected to be left" in " ".join(found.table().split())


def test_a_rate_that_does_not_grow_has_no_interval(tmp_path: Path, now: object) -> None:
    survivors = (1000, 900, 700, 400)
    contracts = []
    for number in range(1000):
        age = next((n for n, left in enumerate(survivors) if number >= left), None)
        contracts.append((str(number), "2010-01-01", f"{2010 + age}-01-01" if age else ""))
    found = club(tmp_path, contracts).cohorts(fact="subscriptions", every="year", ahead=1)
    assert found.survival is not None
    assert found.survival.model is not None
    assert not found.survival.model.converged
    assert found.survival.model.ahead[0].low is None
    assert "has no interval" in " ".join(found.table().split())


def test_what_cannot_be_asked_is_one_line(tmp_path: Path, now: object) -> None:
    plan = shop(tmp_path, SMALL)
    for message, parts in (
        ("never say that a customer has left", {"ahead": 3}),
        ("'2' is not|expected 1 to 1,000", {"fact": "subscriptions", "ahead": 0}),
        ("no source brings visits", {"fact": "visits"}),
        ("makes one cohort of all", {"every": "all"}),
        ("every 'fortnight' is unknown", {"every": "fortnight"}),
        ("no row of orders before 2020-01-01 names a customer", {"until": "2020-01-01"}),
        ("no month of new customers begins since", {"since": "2026-04-01"}),
    ):
        with pytest.raises(QuestionError, match=message) as told:
            plan.cohorts(**parts)  # type: ignore[arg-type]
        assert "\n" not in str(told.value)
    with pytest.raises(UnknownName, match="did you mean 'orders'"):
        plan.cohorts(fact="order")
    with pytest.raises(UnknownName, match="did you mean 'country'"):
        plan.cohorts(where="contry = 'DK'")


def test_customers_need_to_be_seen_leaving(tmp_path: Path, now: object) -> None:
    table(tmp_path / "people.csv", ("who", "day"), [("a", "2026-01-01")])
    (tmp_path / "milepost.yaml").write_text(HEAD + PEOPLE)
    with pytest.raises(QuestionError, match="maps left_at"):
        mp.open(tmp_path / "milepost.yaml").cohorts(fact="customers")


def test_many_cohorts_and_ages_fit_the_width(tmp_path: Path, now: object) -> None:
    first = date(2020, 1, 1)
    orders = [(str(n % 40), (first + timedelta(days=31 * n)).isoformat()) for n in range(75)]
    found = shop(tmp_path, orders).cohorts()
    for width in (30, 50, 80, 100):
        assert max(map(len, found.table(width=width).splitlines())) <= width
    assert "earlier cohorts" in found.table()
    assert len(found.to_data()["cohorts"]) == len(found.cohorts) == 40
    with pytest.raises(QuestionError, match=r"more than 1,000 cohorts of a day"):
        shop(tmp_path, orders).cohorts(every="day")


def retail(folder: Path, shared: Path) -> Cohorts:
    (folder / "milepost.yaml").write_text(
        f"""
company: {{name: Shop, timezone: Europe/London}}
sources:
  - name: invoices
    fact: orders
    from: {shared / "online_retail" / "online_retail.csv.gz"}
    where: Quantity > 0 and UnitPrice > 0 and CustomerID is not null
    group: InvoiceNo
    columns:
      order_id: InvoiceNo
      customer_id: CustomerID
      ordered_at: "= min(InvoiceDate)"
      amount: "= sum(Quantity * UnitPrice)"
"""
    )
    return mp.open(folder / "milepost.yaml").cohorts()


@pytest.mark.shared
def test_online_retail(shared: Path, tmp_path: Path) -> None:
    found = retail(tmp_path, shared)
    first, second = found.cohorts[:2]
    assert (first.size, [first.cells[age].active for age in (1, 3, 11)]) == (885, [324, 340, 445])
    assert (second.size, [second.cells[age].active for age in (1, 2, 11)]) == (417, [92, 111, 49])
    assert [cell.complete for cell in second.cells] == [True] * 11 + [False]
    assert sum(cohort.size for cohort in found.cohorts) == 4338


@pytest.mark.shared
def test_telco_survival(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "milepost.yaml").write_text(
        f"""
company: {{name: Telco, timezone: UTC}}
sources:
  - name: people
    fact: customers
    from: {shared / "telco_churn" / "Telco_customer_churn.xlsx"}
    columns:
      customer_id: CustomerID
      joined_at: "= make_date(2020, 1, 1) - CAST(\\"Tenure Months\\" AS INTEGER) * INTERVAL 1 MONTH"
      left_at: "= CASE WHEN \\"Churn Label\\" = 'Yes' THEN make_date(2020, 1, 1) END"
"""
    )
    found = mp.open(tmp_path / "milepost.yaml").cohorts(fact="customers")
    assert found.survival is not None
    shares = {left.age: left.value / 100 for left in found.survival.seen}
    for age, share in ((12, .84320), (24, .78874), (36, .74855), (48, .70884), (60, .66440), (72, .59279)):  # fmt: skip
        assert shares[age] == pytest.approx(share, abs=5e-6)
