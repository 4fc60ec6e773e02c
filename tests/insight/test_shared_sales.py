"""Shops, records, coupons and media as they were published: what sales and loyalty metrics make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from tests.conftest import SHARED
from tests.insight.published import cut, opened, whole

pytestmark = pytest.mark.shared

CDNOW = """
every: month
sources:
  - name: purchases
    fact: orders
    from: {folder}/CDNOW_master.txt
    read: {{delimiter: whitespace}}
    {more}
    columns:
      order_id: "{key}"
      customer_id: customer_id
      ordered_at: "{at}"
      amount: "{amount}"
      units: "{units}"
metrics:
  - {{name: discs, fact: orders, total: sum(units)}}
"""
DAY = "strptime({}, '%Y%m%d')"


def test_cdnow_repeat_by_transactions(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, CDNOW.format(
        folder=shared / "cdnow", more="", key="= _record", at=f"= {DAY.format('date')}",
        amount="dollar_value", units="number_of_cds",
    ))  # fmt: skip
    cell = whole(plan, "repeat_customers")
    assert (cell.value, cell.n) == (pytest.approx(49.48, abs=0.005), 23_570)
    assert whole(plan, "revenue").value == pytest.approx(2_500_315.63)
    assert whole(plan, "orders").value == 69_659
    assert whole(plan, "discs").value == 167_881
    account = refresh(plan.project).built["purchases"].account
    assert (account.first_day, account.last_day) == ("1997-01-01", "1998-06-30")


def test_cdnow_repeat_by_days(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, CDNOW.format(
        folder=shared / "cdnow", more="group: \"= customer_id || '/' || date\"",
        key="= customer_id || '/' || date", at=f"= {DAY.format('min(date)')}",
        amount="= sum(dollar_value::double)", units="= sum(number_of_cds::int)",
    ).replace("customer_id: customer_id", 'customer_id: "= min(customer_id)"'))  # fmt: skip
    cell = whole(plan, "repeat_customers")
    assert (cell.value, cell.n) == (pytest.approx(48.86, abs=0.005), 23_570)
    assert whole(plan, "revenue").value == pytest.approx(2_500_315.63)


SAMPLE = """
every: all
sources:
  - name: purchases
    fact: orders
    from: {folder}/CDNOW_sample.txt
    read: {{delimiter: whitespace, header: none, names: [master, customer, date, units, amount]}}
    columns: {{order_id: "= _record", customer_id: customer, ordered_at: "= strptime(date, '%Y%m%d')", amount: amount}}
"""


def test_cdnow_lifetime_value_has_the_published_parameters(shared: Path, tmp_path: Path) -> None:
    """Fader, Hardie and Lee's 2,357 customers, calibrated on the 39 weeks to 30 September 1997."""
    plan = opened(tmp_path, SAMPLE.format(folder=shared / "cdnow"))
    found = plan.value(until="1997-10-01").prediction
    assert found is not None
    assert found.buying == {
        "r": pytest.approx(0.2426, abs=5e-5), "alpha": pytest.approx(4.4135, abs=2e-4),
        "a": pytest.approx(0.7929, abs=5e-5), "b": pytest.approx(2.4258, abs=2e-4),
    }  # fmt: skip
    assert found.loglik == pytest.approx(-9_582.43, abs=0.005)
    # The published means of purchases are rounded to the cent: so far do the parameters agree.
    assert found.spending == {
        "p": pytest.approx(6.2488, rel=5e-4), "q": pytest.approx(3.7446, rel=5e-4),
        "gamma": pytest.approx(15.4477, rel=5e-4),
    }  # fmt: skip
    assert found.mean_purchase == pytest.approx(35.17, abs=0.005)
    assert found.repeaters == 946
    assert 100 - found.one_timers == pytest.approx(40.14, abs=0.005)
    assert found.check is not None
    assert found.check.predicted == pytest.approx(1_653.4, abs=0.05)


def test_cdnow_sample(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, SAMPLE.format(folder=shared / "cdnow"))
    assert whole(plan, "orders").value == 6_919
    assert whole(plan, "revenue").value == pytest.approx(244_091.94)
    assert whole(plan, "repeat_customers").n == 2_357


JOURNEY = """
every: all
sources:
  - name: baskets
    fact: orders
    from: {folder}/transactions_sample.csv.gz
    group: basket_id
    columns:
      order_id: basket_id
      customer_id: "= min(household_id)"
      ordered_at: "= min(transaction_timestamp)"
      amount: "= sum(sales_value::double)"
      discount: "= sum(coupon_disc::double)"
  - name: redeemed
    fact: redemptions
    from: {folder}/coupon_redemptions.csv
    columns: {{redemption: "= _record", at: redemption_date, customer_id: household_id}}
  - name: sent
    fact: offers
    from: {folder}/campaigns.csv
    as: c
    join:
      - {{from: "{folder}/campaign_descriptions.csv", as: d, keys: {{c.campaign_id: campaign_id}}}}
      - {{from: "{pairs}", as: r, keys: {{c.campaign_id: campaign_id, c.household_id: household_id}}}}
    columns:
      offer: "= c.household_id || '/' || c.campaign_id"
      customer_id: c.household_id
      sent_at: d.start_date
      redeemed: "= r.household_id is not null"
    attributes: {{type: d.campaign_type}}
  - name: households
    fact: households
    from: {folder}/campaigns.csv
    as: c
    join: [{{from: "{pairs}", as: r, keys: {{c.campaign_id: campaign_id, c.household_id: household_id}}}}]
    group: c.household_id
    dated: 2017-12-31
    columns:
      household: c.household_id
      customer_id: "= min(c.household_id)"
      redeemed: "= count(r.household_id) > 0"
facts:
  - {{name: offers, key: offer, time: sent_at, columns: {{offer: text, customer_id: text, sent_at: time, redeemed: boolean}}}}
  - {{name: redemptions, key: redemption, time: at, columns: {{redemption: text, at: time, customer_id: text}}}}
  - {{name: households, key: household, time: at, columns: {{household: text, at: time, customer_id: text, redeemed: boolean}}}}
metrics:
  - {{name: redemption, title: Coupon redemption, fact: offers, share: redeemed, good: high}}
  - {{name: household_redemption, title: Households that redeem, fact: households, share: redeemed, good: high}}
  - {{name: redemptions, fact: redemptions, total: count(*)}}
"""


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder, data = tmp_path_factory.mktemp("journey"), SHARED / "completejourney"
    # A household may redeem several coupons of a campaign: a look-up wants one line a pair.
    lines = (data / "coupon_redemptions.csv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = {(household, campaign) for household, _, campaign, _ in (x.split(",") for x in lines)}
    text = "household_id,campaign_id\n" + "".join(f"{h},{c}\n" for h, c in sorted(pairs))
    (folder / "pairs.csv").write_text(text, encoding="utf-8")
    return opened(folder, JOURNEY.format(folder=data, pairs="pairs.csv"))


def test_coupon_redemption_by_offer_and_type(journey: Opened) -> None:
    assert whole(journey, "redemption").sums == {"n": 6589, "part": 792}
    assert whole(journey, "redemption").value == pytest.approx(12.02, abs=0.005)
    assert {name: value for name, (value, _) in cut(journey, "redemption", "type").items()} == {
        "Type A": pytest.approx(16.56, abs=0.005),
        "Type B": pytest.approx(6.50, abs=0.005),
        "Type C": pytest.approx(5.92, abs=0.005),
    }
    assert whole(journey, "redemptions").value == 2102


def test_coupon_redemption_by_household(journey: Opened) -> None:
    cell = whole(journey, "household_redemption")
    assert cell.sums == {"n": 1559, "part": 410}
    assert cell.value == pytest.approx(26.30, abs=0.005)


def test_baskets_of_the_sample(journey: Opened) -> None:
    assert whole(journey, "revenue").value == pytest.approx(233_935.24)
    assert whole(journey, "orders").value == 47_243
    assert whole(journey, "repeat_customers").n == 2377
    account = refresh(journey.project).built["baskets"].account
    assert (account.records, account.last_day) == (75_000, "2018-01-01")


ROBYN = """
every: year
sources:
  - name: media
    fact: spend
    from: {file}
    rows:
      - {{at: DATE, channel: "= 'tv'", amount: tv_S}}
      - {{at: DATE, channel: "= 'ooh'", amount: ooh_S}}
      - {{at: DATE, channel: "= 'print'", amount: print_S}}
      - {{at: DATE, channel: "= 'facebook'", amount: facebook_S}}
      - {{at: DATE, channel: "= 'search'", amount: search_S}}
  - name: sales
    fact: weeks
    from: {file}
    columns: {{week: DATE, at: DATE, revenue: revenue, spent: "= tv_S::double + ooh_S::double + print_S::double + facebook_S::double + search_S::double"}}
facts:
  - {{name: weeks, key: week, time: at, columns: {{week: text, at: time, revenue: number, spent: number}}}}
metrics:
  - {{name: earned, title: Revenue, fact: weeks, total: sum(revenue), unit: money, good: high}}
  - {{name: per_spend, title: Revenue per spend, fact: weeks, ratio: [sum(revenue), sum(spent)], unit: ratio, good: high}}
"""


def test_spend_by_channel_from_a_wide_file(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, ROBYN.format(file=shared / "mmm_robyn" / "dt_simulated_weekly.csv"))
    assert {name: value for name, (value, _) in cut(plan, "spend", "channel").items()} == {
        "tv": pytest.approx(3_087_487.77, abs=0.005),
        "ooh": pytest.approx(8_989_331.73, abs=0.005),
        "print": pytest.approx(775_555.51, abs=0.005),
        "facebook": pytest.approx(446_296.83, abs=0.005),
        "search": pytest.approx(1_230_426.67, abs=0.005),
    }
    assert whole(plan, "earned").value == pytest.approx(379_005_696.67, abs=0.005)
    assert whole(plan, "per_spend").value == pytest.approx(26.09, abs=0.005)
    built = refresh(plan.project).built
    assert built["media"].account.records == 208
    assert all(b.account.adds_up for b in built.values())
