"""What customers did, as shares and ratios over customers: the figures of R."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats.clusters import effective_n, linearise
from milepost.stats.growth import compounded, compounded_interval
from milepost.stats.interval import around
from milepost.stats.means import mean_interval, moments
from milepost.stats.nets import adjusted_wald
from milepost.stats.shares import clopper_pearson, of_amounts, wilson
from milepost.stats.weighting import kish


def ratio_interval(found):
    return around(found.ratio, math.sqrt(found.variance), df=found.df)


def test_customers_lost(vector):
    case = vector("churn.customer.monthly")
    lost, start = case.inputs["lost"], case.inputs["active_at_start"]
    end = start - lost + case.inputs["new_in_period"]
    share = lost / start
    interval, exact = wilson(share, start), clopper_pearson(share, start)
    year = compounded_interval(interval)
    case.check(
        churn=share,
        low=interval.low,
        high=interval.high,
        exact_low=exact.low,
        exact_high=exact.high,
        retention=1 - share,
        annual_churn=compounded(share),
        annual_low=year.low,
        annual_high=year.high,
        average_base_churn=lost / ((start + end) / 2),
        mean_lifetime_months=1 / share,
    )


def revenue(case):
    return np.array(case.inputs["mrr_start"], float), np.array(case.inputs["mrr_end"], float)


def test_revenue_lost(vector):
    case = vector("churn.revenue")
    start, end = revenue(case)
    kept, net = linearise(np.minimum(start, end), start), linearise(end, start)
    gross = linearise(start - np.minimum(start, end), start)
    low, high = ratio_interval(net)
    case.check(
        gross_revenue_churn=gross.ratio,
        gross_se=math.sqrt(gross.variance),
        grr=kept.ratio,
        grr_se=math.sqrt(kept.variance),
        nrr=net.ratio,
        nrr_se=math.sqrt(net.variance),
        nrr_low=low,
        nrr_high=high,
        cancelled_only=linearise(np.where(end == 0, start, 0), start).ratio,
        customer_churn=np.mean(end == 0),
        sum_start=start.sum(),
        sum_end=end.sum(),
        sum_start2=start @ start,
        sum_end2=end @ end,
        sum_start_end=start @ end,
    )


def test_interval_of_revenue_kept(vector):
    case = vector("churn.revenue.logit_ci")
    start, end = revenue(case)
    kept = linearise(np.minimum(start, end), start)
    worth = kish(start.sum(), start @ start)
    se = math.sqrt(kept.variance)
    low, high = of_amounts(kept.ratio, se=se, n=worth, df=kept.df)
    gross_low, gross_high = of_amounts(1 - kept.ratio, se=se, n=worth, df=kept.df)
    case.check(
        gross_low=gross_low,
        gross_high=gross_high,
        grr_low=low,
        grr_high=high,
        kish_n_eff_revenue=worth,
    )


def test_all_revenue_kept_is_not_certain():
    assert of_amounts(1.0, se=0.0, n=6.4, df=11) == wilson(1.0, 6.4, df=11)
    assert of_amounts(0.5, se=math.inf, n=1, df=0) == (0.0, 1.0)


@given(st.floats(0, 1), st.floats(0, 0.3), st.floats(1, 1e4))
def test_a_share_of_money_lies_in_its_interval(share, se, n):
    low, high = of_amounts(share, se=se, n=n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_active_on_a_day_or_later(vector):
    case = vector("retention.nday_rolling_bracket")
    users = case.inputs["activity_days_since_signup"]

    def share(first, last):
        return sum(any(first <= day <= last for day in days) for days in users) / len(users)

    case.check(
        n=len(users),
        day1=share(1, 1),
        day7=share(7, 7),
        rolling7=share(7, math.inf),
        rolling1=share(1, math.inf),
        bracket_1_7=share(1, 7),
        bracket_8_14=share(8, 14),
    )


def test_bought_again(vector):
    case = vector("loyalty.repeat_purchase_rate")
    orders = np.array(case.inputs["orders_per_customer"])
    again = float(np.mean(orders >= 2))
    low, high = wilson(again, len(orders))
    case.check(
        rpr=again,
        low=low,
        high=high,
        purchase_frequency=linearise(orders, np.ones(len(orders))).ratio,
        repeat_order_share=(orders - 1).sum() / orders.sum(),
    )


def test_stickiness(vector):
    case = vector("engagement.dau_mau")
    days, month = case.inputs["active_days_per_mau"], case.inputs["days_in_month"]
    found = linearise(days, np.full(len(days), month))
    low, high = ratio_interval(found)
    case.check(
        mau=found.units,
        mean_dau=sum(days) / month,
        stickiness=found.ratio,
        se=math.sqrt(found.variance),
        low=low,
        high=high,
    )


def test_handle_time_with_agents_as_clusters(vector):
    case = vector("aht.mean")
    seconds = np.sum([case.inputs[part] for part in ("talk", "hold", "acw")], axis=0)
    agents = np.array(case.inputs["agent"])
    found = moments(seconds)
    low, high = mean_interval(found.mean, found.sd, found.n)
    names = np.unique(agents)
    totals = np.array([seconds[agents == name].sum() for name in names])
    contacts = np.array([np.sum(agents == name) for name in names])
    by_agent = linearise(totals, contacts)
    case.check(
        aht=by_agent.ratio,
        sd=found.sd,
        low=low,
        high=high,
        se_cluster_agent=math.sqrt(by_agent.variance),
        mean_of_agent_means=np.mean(totals / contacts),
    )


def test_invitations(vector):
    case = vector("referral.viral_coefficient")
    invites, accepted = np.array(case.inputs["invites"]), np.array(case.inputs["accepted"])
    users = np.ones(len(invites))
    found, conversion = linearise(accepted, users), linearise(accepted, invites)
    low, high = ratio_interval(found)
    # survey counts those without an invitation as units of the design too
    k, all_users = conversion.units, len(users)
    design = conversion.variance * (k - 1) / k * all_users / (all_users - 1)
    case.check(
        k=found.ratio,
        k_se=math.sqrt(found.variance),
        k_low=low,
        k_high=high,
        invites_per_user=linearise(invites, users).ratio,
        conversion=conversion.ratio,
        conversion_se=math.sqrt(design),
        participation=np.mean(invites > 0),
        referral_rate=np.mean(accepted > 0),
        amplification=1 / (1 - found.ratio),
    )


def test_carts_left(vector):
    case = vector("cart.abandonment")
    carts = np.array(case.inputs["carts_per_visitor"])
    bought = np.array(case.inputs["purchases_per_visitor"])
    found = linearise(carts - bought, carts)
    low, high = ratio_interval(found)
    interval = wilson(found.ratio, carts.sum())
    case.check(
        abandonment_by_cart=found.ratio,
        se_clustered=math.sqrt(found.variance),
        low_t=low,
        high_t=high,
        wilson_low=interval.low,
        wilson_high=interval.high,
        abandonment_by_visitor=np.mean(bought == 0),
    )


def test_share_of_voice(vector):
    case = vector("social.share_of_voice")
    own, total = case.inputs["mentions"][0], sum(case.inputs["mentions"])
    low, high = wilson(own / total, total)
    case.check(sov=own / total, low=low, high=high)


def test_net_sentiment(vector):
    case = vector("social.net_sentiment")
    positive, negative = case.inputs["positive"], case.inputs["negative"]
    n, opinions = positive + negative + case.inputs["neutral"], positive + negative
    net = adjusted_wald(positive / n, negative / n, n)
    # a net of two kinds is a share on another scale
    two = wilson(positive / opinions, opinions)
    case.check(
        net_all=(positive - negative) / n,
        net_opinionated=(positive - negative) / opinions,
        adj_low=net.low,
        adj_high=net.high,
        opinionated_low=2 * two.low - 1,
        opinionated_high=2 * two.high - 1,
        positive_ratio=positive / negative,
    )


def first_contacts(inputs, *, window, same_topic, matured):
    """Of first contacts (and of those, the ones without another), per customer."""
    events = list(zip(inputs["customer"], inputs["topic"], inputs["day"], strict=True))
    firsts, solved = {}, {}
    for customer, topic, day in events:
        gaps = [
            other - day
            for who, what, other in events
            if who == customer and (what == topic or not same_topic) and other != day
        ]
        followed = any(0 < gap <= window for gap in gaps)
        preceded = any(-window <= gap < 0 for gap in gaps)
        if preceded or (matured and day + window > inputs["data_through_day"]):
            continue
        firsts[customer] = firsts.get(customer, 0) + 1
        solved[customer] = solved.get(customer, 0) + (not followed)
    return np.array(list(solved.values())), np.array(list(firsts.values()))


def rate_of(solved, firsts):
    return {"num": solved.sum(), "den": firsts.sum(), "rate": linearise(solved, firsts).ratio}


def agrees(case, got, key):
    return all(case.agrees(got[part], figure) for part, figure in case.expected[key].items())


def test_first_contact_resolution(vector):
    case = vector("fcr.variants")
    marked = np.array(case.inputs["agent_marked_resolved"])
    could = np.array(case.inputs["resolvable_first_line"])
    assert case.agrees(linearise(marked, np.ones(len(marked))).ratio, case.expected["gross_agent"])
    assert case.agrees(linearise(marked * could, could).ratio, case.expected["net_agent"])
    variants = {
        "repeat7_same_topic": (7, True, True),
        "repeat7_any_topic": (7, False, True),
        "repeat14_same_topic": (14, True, True),
        "repeat7_same_topic_not_matured": (7, True, False),
    }
    assert set(case.expected) == {"gross_agent", "net_agent", *variants}
    for key, (window, same_topic, matured) in variants.items():
        found = first_contacts(case.inputs, window=window, same_topic=same_topic, matured=matured)
        assert agrees(case, rate_of(*found), key), key


def test_the_interval_of_first_contact_resolution_knows_customers(vector):
    inputs = vector("fcr.variants").inputs
    solved, firsts = first_contacts(inputs, window=7, same_topic=True, matured=True)
    found, n = linearise(solved, firsts), firsts.sum()
    simple = found.ratio * (1 - found.ratio) / n
    n_eff = effective_n(n, variance=found.variance, simple_variance=simple)
    low, high = wilson(found.ratio, n_eff, df=found.df)
    assert 0 < low < found.ratio < high < 1
    assert n_eff <= n
    assert found.units == 7  # the windows of h and i are open
