"""The shipped shop: figures that were published, or counted by hand-written SQL."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import milepost as mp
from milepost.engine.facts import refresh
from milepost.insight.ledger import report
from milepost.insight.notebook import Opened
from tests.conftest import ROOT
from tests.insight.published import cut, opened, whole

DATA = ROOT / "examples" / "shop" / "data" / "online_retail.csv.gz"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A copy of the example, so that tests never share a store with a person's own use."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    shutil.copytree(ROOT / "examples" / "shop", folder, ignore=shutil.ignore_patterns("store"))
    return mp.open(folder / "milepost.yaml")


def test_no_line_is_lost(shop: Opened) -> None:
    built = refresh(shop.project).built
    orders, ledger = built["orders"].account, built["ledger"].account
    assert all(account.adds_up and not account.rejected for account in (orders, ledger))
    assert (orders.records, orders.grouped_lines, orders.rows) == (541_909, 397_884, 18_532)
    assert (ledger.records, ledger.grouped_lines, ledger.rows) == (541_909, 541_909, 25_900)
    assert (ledger.first_day, ledger.last_day) == ("2010-12-01", "2011-12-09")
    assert [(unmet.name, unmet.count) for unmet in ledger.unmet] == [
        ("the customer is known", 3710)
    ]
    shown = "\n".join(line.plain for line in report(shop.project, [orders, ledger], width=120))
    assert (
        "expected: the customer is known; not so in 3,710 rows" in shown
    )  # of invoices, not lines


@pytest.mark.parametrize(
    ("metric", "value", "n"),
    [
        ("gross_sales", 10_666_684.54, 25_900), ("net_sales", 9_747_747.93, 25_900),
        ("revenue", 8_911_407.90, 18_532), ("orders", 18_532, 18_532),
        ("average_order_size", 480.87, 18_532), ("repeat_customers", 65.58, 4_338),
        ("returns", 8.41, 25_900), ("cancelled", 100 * 3836 / 25_900, 25_900),
    ],
)  # fmt: skip
def test_published_figures(shop: Opened, metric: str, value: float, n: int) -> None:
    cell = whole(shop, metric)
    assert (cell.value, cell.n) == (pytest.approx(value, abs=0.005), n)


def test_what_is_fully_counted_has_no_interval(shop: Opened) -> None:
    for metric in ("revenue", "orders", "net_sales"):
        assert (whole(shop, metric).low, whole(shop, metric).high) == (None, None)
    assert whole(shop, "returns").sums["over"] == pytest.approx(896_812.49)


def test_there_are_thirty_eight_countries(shop: Opened) -> None:
    assert len(cut(shop, "net_sales", "country")) == 38


def test_repeat_purchase_leaves_open_windows_out(shop: Opened) -> None:
    ninety = shop.measure("repeat_purchase", every="quarter").cells
    assert [(c.sums["n"], c.sums["repeated"], c.sums["open"]) for c in ninety] == [
        (885, 527, 0), (1249, 560, 0), (826, 329, 0), (410, 191, 246), (0, 0, 722),
    ]  # fmt: skip
    year = shop.measure("repeat_purchase_365", every="quarter").cells[0]
    assert (year.sums["n"], year.sums["repeated"], year.sums["open"]) == (573, 502, 312)


def test_cohorts(shop: Opened) -> None:
    table = shop.cohorts()
    first, second = table.cohorts[:2]
    assert (first.label, first.size) == ("2010-12", 885)
    assert [first.cells[age].active for age in (1, 3, 11)] == [324, 340, 445]
    assert (second.label, second.size) == ("2011-01", 417)
    assert [second.cells[age].active for age in (1, 3, 11)] == [92, 96, 49]
    assert not second.cells[11].complete
    assert any("2010-12 may hold customers from before" in note for note in table.notes)


def test_lifetime_value_says_that_its_check_missed(shop: Opened) -> None:
    found = shop.value(months=12)
    assert found.prediction is not None
    assert (found.prediction.repeaters, found.whole.customers) == (2790, 4338)
    assert found.whole.historic == pytest.approx(8_911_407.90, abs=0.005)
    assert any(note.startswith("The check missed by") for note in found.notes)


LINES = f"""
every: all
sources:
  - name: lines
    fact: lines
    from: {DATA}
    columns:
      line: "= _record"
      at: InvoiceDate
      customer_id: CustomerID
      known: "= CustomerID is not null"
      cancelled: "= InvoiceNo like 'C%'"
      quantity: Quantity
      price: UnitPrice
  - name: customers_orders
    fact: orders
    from: {DATA}
    where: CustomerID is not null
    group: InvoiceNo
    columns:
      order_id: InvoiceNo
      customer_id: "= min(CustomerID)"
      ordered_at: "= min(InvoiceDate)"
      amount: "= sum(Quantity::double * UnitPrice::double)"
facts:
  - {{name: lines, key: line, time: at, columns: {{line: text, at: time, customer_id: text, known: boolean, cancelled: boolean, quantity: number, price: number}}}}
metrics:
  - {{name: unknown, fact: lines, share: not known}}
  - {{name: cancelling, fact: lines, share: cancelled}}
  - {{name: below, fact: lines, share: quantity < 0}}
  - {{name: free, fact: lines, share: price = 0}}
  - {{name: corrected, fact: lines, share: price < 0}}
"""


def test_what_is_odd_about_the_lines(tmp_path: Path) -> None:
    plan = opened(tmp_path, LINES)
    found = {
        name: whole(plan, name).sums["part"]
        for name in ("unknown", "cancelling", "below", "free", "corrected")
    }
    assert found == {
        "unknown": 135_080, "cancelling": 9_288, "below": 10_624, "free": 2_515, "corrected": 2,
    }  # fmt: skip
    assert whole(plan, "repeat_customers").n == 4_372
