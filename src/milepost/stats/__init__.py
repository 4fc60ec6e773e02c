"""How sure we are: pure functions of numbers, never of a table; import the module you need.

Shares and nets are on the unit scale (0..1 and -1..1), confidence is two-sided, n may be a
fraction (an effective number of answers), and a change is always the later figure minus the
earlier one. Nothing is undetermined silently: what a sample cannot tell (one answer, one unit)
has an infinite standard error and an interval over the whole scale, or over the whole line.

    interval      Interval and the interval around an estimate with a standard error
    quantiles     normal and Student quantiles and p-values; the root finder
    shares        one proportion: Wilson and the others
    nets          positives minus negatives (NPS, net satisfaction): adjusted Wald and the others
    means         moments and medians of histograms; means, geometric means, finite populations
    clusters      repeated answers: linearised variance, covariance, effective n
    rates         events in so much exposure, their ratio, and what one of them cost
    growth        one figure over an earlier one; a monthly share carried on for a year
    histogram     quantiles of durations from a log histogram that adds up
    survival      how long until it happens, with some still open: Kaplan-Meier
    differences   two samples: nets, shares, means, paired answers
    ordinal       two histograms compared by rank
    nominal       shares of several categories, and tables of them
    weighting     Kish's n, post-stratification, raking, stratified means
    power         the change a sample could have shown, and the sample a change needs
    multiple      p-values of many comparisons at once
    trend         the slope of period values whose covariance is known
    regression    least squares, with clustered and Newey-West errors
    initiatives   did it work: difference in differences, controls, interrupted series
    local_level   a level that wanders, with controls: the Kalman filter
    event_study   did a day move the share price: the market model
    counts        Poisson and negative binomial counts: likelihood, theta, quantiles
    forecast      contacts to expect by weekday or hour
    accuracy      how far forecasts were off
    erlang        agents and waiting in a telephone queue
    shrinkage     many segments read together: values drawn towards their mean
    stars         star ratings of things with few ratings
    likelihood    the likeliest parameters of a small model, and errors of what follows from them
    lifetime      how often customers without a contract will buy again: BG/NBD
    spend         how much they spend per purchase: Gamma-Gamma
    projection    how many customers with a contract will stay: shifted-beta-geometric
    value         margins and purchases of a customer, summed and discounted

Each module holds the field's other methods beside the one that Milepost uses, so that a choice can
be checked against them; weighting, nominal, ordinal, stars and most of power wait for their metrics.
"""

from __future__ import annotations
