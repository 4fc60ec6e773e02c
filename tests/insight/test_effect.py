"""Initiatives: figures of R and statsmodels come out of a plan, and doubts are said."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import milepost as mp
from milepost.errors import QuestionError, UnknownName
from milepost.insight.notebook import Opened
from tests.stats.conftest import read_vectors

MONDAY = date(2022, 1, 3)
VECTORS = read_vectors()
PLAN = """
company: {name: Acme}
privacy: {min_group: 1}
sources:
  - name: orders
    fact: orders
    from: orders.csv
    columns: {order_id: id, ordered_at: day, amount: amount}
    attributes: {country: country}
"""
SURVEY = """
company: {name: Acme}
privacy: {min_group: 1}
sources:
  - name: survey
    fact: responses
    from: survey.csv
    columns: {response_id: id, answered_at: day, customer_id: customer}
    attributes: {country: country}
    questions: [{name: q, type: csat, score: score, scale: [1, 5]}]
"""
PRICES = """
company: {name: Acme, symbol: ACM, index: ALL}
sources:
  - name: prices
    fact: prices
    from: prices.csv
    columns: {date: day, symbol: symbol, close: close}
"""


def written(
    folder: Path, name: str, rows: Iterable[Sequence[object]], plan: str, aims: str
) -> Opened:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    (folder / "milepost.yaml").write_text(f"{plan}initiatives:\n{aims}", encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


def weekly(
    folder: Path, columns: dict[str, Sequence[float]], *, started: date, more: str = ""
) -> Opened:
    """An order a week and country, whose amount is the series' value; all weeks are whole."""
    rows: list[Sequence[object]] = [("id", "day", "amount", "country")]
    for country, values in columns.items():
        days = [MONDAY + timedelta(weeks=number) for number in range(len(values))]
        rows += [
            (f"{country}{day}", day, value, country)
            for day, value in zip(days, values, strict=True)
        ]
        rows.append((f"{country}-end", days[-1] + timedelta(days=6), 0, country))
    aims = f"  - {{name: new, started: {started}, cost: 1000, aims_at: {{metric: revenue}}}}\n"
    return written(folder, "orders", rows, PLAN, aims + more)


def test_an_interrupted_series_is_that_of_r(tmp_path: Path) -> None:
    """The flow of the Nile, a value a week; its break lies between the 28th and the 29th."""
    wanted = VECTORS["its.segmented.nile"]
    plan = weekly(tmp_path, {"DK": wanted.inputs["y"]}, started=MONDAY + timedelta(weeks=28))
    told = plan.effect("new").aimed
    assert told is not None
    course, coef, se = (
        told.course,
        wanted.expected["coef"],
        wanted.expected["se_newey_west_lag4_adj"],
    )
    assert (course.level.change, course.level.se) == pytest.approx((coef[2], se[2]), rel=1e-9)
    assert course.slope.change == pytest.approx(coef[3], rel=1e-9)
    assert course.durbin_watson == pytest.approx(wanted.expected["dw"], rel=1e-9)
    assert (course.level.before, course.level.after) == (28, 72)
    assert told.cumulative == pytest.approx(course.average.change * 72)
    assert told.moved


def test_a_control_series_is_that_of_the_reference(tmp_path: Path) -> None:
    wanted, level = (
        VECTORS["causal_impact.control_regression"],
        VECTORS["causal_impact.local_level"],
    )
    series = {"DK": wanted.inputs["y"], "SE": wanted.inputs["control"]}
    plan = weekly(tmp_path, series, started=MONDAY + timedelta(weeks=wanted.inputs["pre"]))
    for control in ("country = 'SE'", "country=SE", "country IN ('SE', 'NO')"):
        told = plan.effect("new", control=control).aimed
        assert told is not None
        assert told.beside is not None
        found = told.beside.regression
        assert found is not None
        expected = [wanted.expected[name] for name in ("avg_effect", "se", "low", "high")]
        assert [found.change, found.se, found.low, found.high] == pytest.approx(expected, rel=1e-7)
        assert told.beside.local_level is not None
        assert told.beside.local_level.change == pytest.approx(
            level.expected["avg_effect"], abs=0.05
        )
        assert told.beside.difference is None  # two totals of different size are not compared so
        assert told.cumulative == pytest.approx(wanted.expected["cumulative"], abs=1.5)
    assert "than its control lets expect" in plan.effect("new", control="country=SE").table()
    assert "at a cost of 5.66 for each" in " ".join(
        plan.effect("new", control="country=SE").table().split()
    )


def survey(
    folder: Path, *, lift: float, started: date, weeks: int = 40
) -> tuple[Opened, list[tuple[object, ...]]]:
    """Customers of two countries who answer again and again; the lift is Denmark's from the start."""
    rng = np.random.default_rng(11)
    rows: list[tuple[object, ...]] = []
    for week in range(weeks):
        for country in ("DK", "SE"):
            for _ in range(40):
                day = MONDAY + timedelta(weeks=week, days=int(rng.integers(7)))
                after = country == "DK" and day >= started
                score = 5 if rng.random() < 0.5 + (lift if after else 0) else 2
                customer = f"{country}{rng.integers(300)}"
                rows.append((f"{len(rows)}", day, customer, score, country))
    head = [("id", "day", "customer", "score", "country")]
    aims = f"  - {{name: new, started: {started}, aims_at: {{metric: csat}}}}\n"
    return written(folder, "survey", [*head, *rows], SURVEY, aims), rows


def test_differences_by_customers(tmp_path: Path) -> None:
    """The same by hand: the four shares, and what each bucket of customers does to their changes."""
    started = MONDAY + timedelta(weeks=20)
    plan, rows = survey(tmp_path, lift=0.2, started=started)
    told = plan.effect("new", control="country=SE").aimed
    assert told is not None
    assert told.beside is not None
    counts = np.zeros((2, 2, 128, 2))  # country, after, bucket, (top, all)
    for _, day, customer, score, country in rows:
        bucket = int(hashlib.md5(str(customer).encode()).hexdigest()[:8], 16) % 128
        place = int(country == "SE"), int(str(day) >= str(started)), bucket
        counts[place] += (score == 5, 1)
    shares = counts[..., 0].sum(axis=2) / counts[..., 1].sum(axis=2)
    gaps = counts[..., 0] - shares[..., None] * counts[..., 1]
    pull = gaps / counts[..., 1].sum(axis=2)[..., None]
    units = (counts[..., 1].sum(axis=1) > 0).sum(axis=1)
    variance = ((pull[:, 1] - pull[:, 0]) ** 2).sum(axis=1) * units / (units - 1)
    found = told.beside.difference
    assert found is not None
    changes = shares[:, 1] - shares[:, 0]
    assert found.change == pytest.approx(100 * (changes[0] - changes[1]), rel=1e-9)
    assert found.se == pytest.approx(100 * variance.sum() ** 0.5, rel=1e-9)
    assert (found.before, found.after) == (20, 20)
    assert found.low < 20 < found.high
    assert told.beside.parted is not None
    assert told.beside.parted > 0.05


def test_differences_by_store_are_those_of_r(tmp_path: Path) -> None:
    """R has a period a side; here are eight alike, so that only its correction for n differs."""
    wanted = VECTORS["did.clustered"]
    names = ("store", "period", "treated", "y")
    lines = list(zip(*(wanted.inputs[name] for name in names), strict=True))
    sway = [3, -3, 1, -1, 2, -2, 4, -4]
    rows: list[Sequence[object]] = [("id", "day", "amount", "country", "store")]
    for store, period, treated, y in lines:
        for week, noise in enumerate(sway):
            day = MONDAY + timedelta(weeks=8 * period + week)
            country = "DK" if treated else "SE"
            rows.append((f"{store}-{day}", day, y + noise, country, f"s{store}"))
    rows.append(("end", MONDAY + timedelta(weeks=16, days=-1), 0, "SE", "s1"))
    started = MONDAY + timedelta(weeks=8)
    aims = f"  - {{name: new, started: {started}, aims_at: {{metric: revenue}}}}\n"
    plan = PLAN.replace("country: country", "country: country, store: store")
    opened = written(tmp_path, "orders", rows, plan, aims)
    told = opened.effect("new", control="country=SE", by="store").aimed
    assert told is not None
    found, than = told.found
    assert than == "the control's store"
    assert found.change == pytest.approx(wanted.expected["effect"], rel=1e-9)
    correction = ((192 - 1) / (192 - 4)) / ((24 - 1) / (24 - 4))
    assert found.se == pytest.approx(wanted.expected["se_cluster"] * correction**0.5, rel=1e-9)
    assert told.cumulative is None  # it is of a store
    with pytest.raises(QuestionError, match="state control too"):
        opened.effect("new", by="store")
    with pytest.raises(QuestionError, match="takes two units or more on each side"):
        opened.effect("new", control="country=SE", by="country")


def test_no_lift_is_not_called_one(tmp_path: Path) -> None:
    started = MONDAY + timedelta(weeks=20)
    plan, _ = survey(tmp_path, lift=0.0, started=started)
    page = " ".join(plan.effect("new", control="country=SE").table().split())
    assert "Whether the initiative worked cannot be told from this" in page


def test_the_launch_is_left_out(tmp_path: Path) -> None:
    """The week that it starts in, and the days after that are skipped."""
    rng = np.random.default_rng(2)
    values = rng.normal(100, 5, 40)
    values[20:23] = 1000
    middle = MONDAY + timedelta(weeks=20, days=3)
    told = weekly(tmp_path, {"DK": values.tolist()}, started=middle).effect("new", skip=14).aimed
    assert told is not None
    assert (told.start, told.course.average.before, told.course.average.after) == (23, 20, 17)
    assert abs(told.course.average.change) < 20
    assert [point.value for point in told.points[20:23]] == [None] * 3


def test_a_bad_time_before_is_told(tmp_path: Path) -> None:
    """Whoever starts after bad weeks will see better ones, whatever is done."""
    values = np.random.default_rng(4).normal(100, 5, 60)
    values[26:30] -= 20
    others = f"  - {{name: sale, started: {MONDAY + timedelta(weeks=33)}}}\n"
    plan = weekly(
        tmp_path, {"DK": values.tolist()}, started=MONDAY + timedelta(weeks=30), more=others
    )
    notes = " ".join(plan.effect("new").notes)
    assert "were unusually bad" in notes
    assert "is in these figures too: sale (2022-08-22)" in notes


def test_placebos_tell_a_restless_series(tmp_path: Path) -> None:
    """A walk at random breaks everywhere."""
    walk = 1000 + np.cumsum(np.random.default_rng(6).normal(0, 10, 120))
    told = weekly(tmp_path, {"DK": walk.tolist()}, started=MONDAY + timedelta(weeks=70))
    found = told.effect("new")
    assert found.aimed is not None
    placebo = found.aimed.course.placebo
    assert placebo is not None
    assert placebo.tried == 20
    assert placebo.worked > 5
    assert found.aimed.course.durbin_watson < 1.5
    page = " ".join(found.table().split())
    assert "far more than by chance" in page
    assert "the intervals above are too short" in page


def test_days_take_weekdays_out(tmp_path: Path) -> None:
    week = [10, 10, 10, 10, 10, 40, 40]
    rng = np.random.default_rng(8)
    rows: list[Sequence[object]] = [("id", "day", "amount", "country")]
    for n in range(140):
        level = week[n % 7] + (3 if n >= 70 else 0) + rng.normal(0, 1)
        rows.append((n, MONDAY + timedelta(days=n), level, "DK"))
    aims = (
        f"  - {{name: new, started: {MONDAY + timedelta(days=70)}, aims_at: {{metric: revenue}}}}\n"
    )
    told = written(tmp_path, "orders", rows, PLAN, aims).effect("new", every="day").aimed
    assert told is not None
    assert told.course.seasons == "weekday"
    assert told.course.average.change == pytest.approx(3, abs=1)


def test_json_and_width(tmp_path: Path) -> None:
    wanted = VECTORS["its.segmented.nile"]
    plan = weekly(tmp_path, {"DK": wanted.inputs["y"]}, started=MONDAY + timedelta(weeks=28))
    found = plan.effect("new")
    data = json.loads(found.to_json())
    assert (data["initiative"], data["cost"]) == ("new", 1000.0)
    assert len(data["aimed"]["points"]) == 100
    assert data["aimed"]["found"]["against"] == "its own course"
    for width in (80, 60, 40):
        assert max(map(len, found.table(width=width).splitlines())) <= width


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda plan: plan.effect("new", every="month"), "take 8 months each .* there are 3 before and 3 after"),
        (lambda plan: plan.effect("new", every="year"), "every 'year' is unknown"),
        (lambda plan: plan.effect("new", skip=-1), "skip -1 days"),
        (lambda plan: plan.effect("new", control="country=NO"), "no row of 'revenue' meets --control"),
        (lambda plan: plan.effect("new", control="contry=SE"), "did you mean 'country'?"),
        (lambda plan: plan.effect("new", where="country"), "is not a condition"),
        (lambda plan: plan.effect("new", price=True), "the plan names no share"),
        (lambda plan: plan.effect("bare"), "aims at nothing; state its 'aims_at'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(tmp_path: Path, ask: Callable[[Opened], object], text: str) -> None:
    bare = "  - {name: bare, started: 2022-05-01}\n"
    values = np.random.default_rng(4).normal(100, 5, 36).tolist()
    plan = weekly(
        tmp_path, {"DK": values, "SE": values}, started=MONDAY + timedelta(weeks=20), more=bare
    )
    with pytest.raises(QuestionError, match=text):
        ask(plan)
    with pytest.raises(UnknownName, match="did you mean 'new'"):
        plan.effect("nev")


def prices(
    folder: Path, stock: Sequence[float], market: Sequence[float], *, event: int
) -> tuple[Opened, list[date]]:
    """Closes of trading days that have these returns in per cent; the event is at a place of them."""
    days = [day for n in range(400) if (day := MONDAY + timedelta(days=n)).weekday() < 5]
    days = days[: len(stock) + 1]
    rows: list[Sequence[object]] = [("day", "symbol", "close")]
    for symbol, found in (("ACM", stock), ("ALL", market)):
        closes = 100 * np.cumprod([1.0, *(1 + np.array(found) / 100)])
        rows += [(day, symbol, repr(float(close))) for day, close in zip(days, closes, strict=True)]
    aims = f"  - {{name: new, started: {days[event + 1]}}}\n"
    return written(folder, "prices", rows, PRICES, aims), days[1:]


def test_an_event_study_is_that_of_the_reference(tmp_path: Path) -> None:
    """The reference's estimation window ends six days before its event, here it is eleven."""
    wanted = VECTORS["event_study.market_model"]
    stock, market = (wanted.inputs[f"{name}_return_pct"] for name in ("stock", "market"))
    between = [0.3, -0.2, 0.1, 0.4, -0.1]
    made = [[*found[:120], *between, *found[120:]] for found in (stock, market)]
    plan, days = prices(tmp_path, *made, event=130)
    told = plan.effect("new").price
    assert told is not None
    assert told.event is not None
    assert told.event.day == days[130]
    assert told.event.beta == pytest.approx(wanted.expected["beta"], rel=1e-9)
    assert told.event.sigma == pytest.approx(wanted.expected["sigma"], rel=1e-9)
    short, long = told.event.windows
    assert (short.first, short.last, long.first, long.last) == (-1, 1, -5, 5)
    assert long.change == pytest.approx(wanted.expected["car"], abs=1e-9)
    assert long.p == pytest.approx(wanted.expected["p_value"], abs=1e-9)
    assert short.change == pytest.approx(sum(wanted.expected["ar"][4:7]), abs=1e-9)
    assert long.detectable == pytest.approx(2.80 * wanted.expected["se_car_prediction"], rel=0.02)
    assert max(map(len, plan.effect("new").table(width=40).splitlines())) <= 40
    assert "nothing stands out; only" in " ".join(plan.effect("new").table().split())


def test_a_weekend_counts_as_the_next_trading_day(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    market = rng.normal(0, 1, 150)
    _, days = prices(
        tmp_path, (market + rng.normal(0, 0.5, 150)).tolist(), market.tolist(), event=139
    )
    monday = days[139]
    assert monday.weekday() == 0
    text = (
        (tmp_path / "milepost.yaml")
        .read_text()
        .replace(str(monday), str(monday - timedelta(days=1)))
    )
    (tmp_path / "milepost.yaml").write_text(text)
    told = mp.open(tmp_path / "milepost.yaml").effect("new", price=True).price
    assert told is not None
    assert told.event is not None
    assert told.event.day == monday
    assert any("was no trading day" in note for note in told.notes)


def test_prices_that_cannot_tell(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    market = rng.normal(0, 1, 60).tolist()
    stock = (np.array(market) + rng.normal(0, 0.5, 60)).tolist()
    plan, days = prices(tmp_path, stock, market, event=40)
    told = plan.effect("new").price
    assert told is not None
    assert told.event is None
    (note,) = told.notes
    assert note.startswith(f"There are 40 returns before {days[40]} and 20 from it on;")
    assert note.endswith("needs 130 before and 6 from it on.")
    with (tmp_path / "prices.csv").open("a") as handle:
        handle.write(f"{days[3]},ALL,120\n")
    with pytest.raises(QuestionError, match=f"2 closes of 'ALL' on {days[3]}; keep one a day"):
        plan.price()
    (tmp_path / "milepost.yaml").write_text(PRICES.replace("index: ALL", "index: NONE"))
    with pytest.raises(QuestionError, match="prices bring none of 'NONE'"):
        mp.open(tmp_path / "milepost.yaml").price()


STOCKS = """
company: {{name: Apple, symbol: AAPL, index: SPX}}
sources:
  - name: shares
    fact: prices
    from: {folder}/stocks_monthly.csv
    columns: {{date: date, symbol: symbol, close: price}}
  - name: index
    fact: prices
    from: {folder}/sp500_monthly.csv
    read: {{dates: "%b %d %Y"}}
    columns: {{date: date, symbol: "= 'SPX'", close: price}}
initiatives: [{{name: iphone, started: 2007-01-09}}]
"""


@pytest.mark.shared
def test_monthly_prices_give_a_beta_and_no_event(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "milepost.yaml").write_text(STOCKS.format(folder=shared / "stocks"), "utf-8")
    plan = mp.open(tmp_path / "milepost.yaml")
    found = plan.price().market
    assert (found.beta, found.r, found.n) == (
        pytest.approx(1.6952, abs=5e-5), pytest.approx(0.5362, abs=5e-5), 122,
    )  # fmt: skip
    told = plan.effect("iphone").price
    assert told is not None
    assert (told.event, told.market) == (None, found)
    assert told.notes[0].startswith(
        "The prices are monthly: an event study needs one a trading day"
    )
