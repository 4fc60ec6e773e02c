"""Listening: what people say of the company in public, in reviews and in mentions."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.amounts import ShareOfAmounts
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Mean, NetShare, Ratio, Share, Total

_HU = "Hu, Pavlou & Zhang (2017), On Self-Selection Biases in Online Product Reviews, MISQ 41(2)"
_LIU = "Liu (2020), Sentiment Analysis: Mining Opinions, Sentiments, and Emotions, 2nd edition"
_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_SELECTED = "Who writes a review was delighted or annoyed; those between are silent."
_QUERY = "A provider that changes its search, robots and copies move it though nobody said more."
_CLASSIFIER = (
    "A classifier errs, and moves the figure towards zero: check it on 200 mentions read by people."
)
# Without a brand of its own named in the plan all mentions are the company's.
_OWN = ":brand IS NULL OR brand IS NULL OR lower(brand) = lower(:brand)"
_IS_OWN = "CASE WHEN lower(brand) = lower(:brand) THEN {} ELSE 0 END"
_TOLD = f"sentiment IS NOT NULL AND ({_OWN})"

REVIEWS = (
    Metric(
        name="review_rating", title="Review rating, mean", label="Review rating", fact="reviews",
        where="rating IS NOT NULL",
        sums={"n": "count(*)", "total": "sum(rating)", "squares": "sum(rating * rating)"},
        estimator=Mean("total", "squares", step=1.0), unit="score", good="high",
        kind="perception", beside="review_high",
        words="Mean of the ratings in public reviews, on the scale on which they are given.",
        formula="sum of rating / reviews", source=_HU,
        pitfalls=(
            _SELECTED,
            "Places with few reviews have the best and the worst means by chance alone.",
            "Ratings on several scales have to be brought onto one in the source.",
        ),
    ),
    Metric(
        name="review_high", title="Reviews with 4 or 5 stars", label="4-5 stars", fact="reviews",
        where="rating IS NOT NULL",
        sums={"n": "count(*)", "high": "sum(CASE WHEN rating >= 4 THEN 1 ELSE 0 END)"},
        estimator=Share("high"), unit="percent", good="high", kind="perception",
        words="Share of the public reviews that give four stars or five.",
        formula="reviews rated 4 or more / reviews", source=_HU,
        pitfalls=(_SELECTED, "It is meant for five stars; bring other scales onto 1 to 5 first."),
    ),
)  # fmt: skip

NET_SENTIMENT = Metric(
    name="net_sentiment", title="Net sentiment, neutral ones included", label="Net sentiment",
    fact="mentions", where=_TOLD,
    sums={
        "n": "count(*)",
        "positive": "sum(CASE WHEN sentiment > 0 THEN 1 ELSE 0 END)",
        "negative": "sum(CASE WHEN sentiment < 0 THEN 1 ELSE 0 END)",
    },
    estimator=NetShare("positive", "negative"), unit="points", good="high", kind="perception",
    needs=("sentiment",), beside="net_sentiment_opinionated",
    words=(
        "Share of positive mentions minus share of negative ones, of all whose sentiment is known,"
        " neutral ones included. Where the plan names the company's brand, of that brand alone."
    ),
    formula="(positive - negative) / (positive + neutral + negative)", source=_LIU,
    pitfalls=(_CLASSIFIER, _QUERY, "Many mentions by one author count as one voice, not many."),
)  # fmt: skip

MENTIONS = (
    Metric(
        name="mentions", title="Mentions", label="Mentions", fact="mentions", where=_OWN,
        sums={"n": "count(*)"}, estimator=Total("n"), unit="count", good="neither",
        kind="interaction", beside="net_sentiment",
        words=(
            "How often the company was mentioned in the period; where the plan names its brand, that"
            " brand. They are counted, not sampled."
        ),
        formula="number of mentions", source=_FARRIS, pitfalls=(_QUERY,),
    ),
    Metric(
        name="share_of_voice", title="Share of voice, by mentions", label="Share of voice",
        fact="mentions", where="brand IS NOT NULL AND :brand IS NOT NULL",
        sums={"n": "count(*)", "own": f"sum({_IS_OWN.format(1)})"},
        estimator=Share("own"), unit="percent", good="high", kind="outcome",
        needs=("brand", "company.brand"), beside="share_of_voice_reach",
        words=(
            "Of the mentions of all brands that are watched, the share that is of the company's own,"
            " which the plan names as `brand` of the company."
        ),
        formula="mentions of the own brand / mentions of all brands", source=_FARRIS,
        pitfalls=(
            "It depends on which competitors are watched, and how their names are searched.",
            _QUERY,
            "Loud is not liked: read it beside the net sentiment.",
        ),
    ),
    Metric(
        name="share_of_voice_reach", title="Share of voice, by reach", label="Voice, by reach",
        fact="mentions", where="brand IS NOT NULL AND :brand IS NOT NULL AND reach >= 0",
        sums={
            "n": "count(*)", "own": f"sum({_IS_OWN.format('reach')})", "reach": "sum(reach)",
            "squares": "sum(reach * reach)",
        },
        estimator=ShareOfAmounts("own", "reach", "squares"), unit="percent", good="high", kind="outcome",
        needs=("brand", "reach", "company.brand"),
        words=(
            "Of the people whom the mentions of all brands that are watched may have reached, the"
            " share reached by those of the company's own brand."
        ),
        formula="reach of mentions of the own brand / reach of mentions of all brands",
        source=_FARRIS,
        pitfalls=(
            "A few authors with many followers decide it; its interval then is rather too short.",
            "Reach is who could have seen it, not who did, and the same people many times.",
        ),
    ),
    NET_SENTIMENT,
    replace(
        NET_SENTIMENT, name="net_sentiment_opinionated", label="Net of opinions",
        title="Net sentiment, of opinions alone", where=f"({_TOLD}) AND sentiment <> 0", beside=None,
        words=(
            "Share of positive mentions minus share of negative ones, of those that are one or the"
            " other; neutral ones are left out."
        ),
        formula="(positive - negative) / (positive + negative)",
    ),
    replace(
        NET_SENTIMENT, name="net_sentiment_brands", label="Sentiment, brands",
        title="Net sentiment, of all brands", where="sentiment IS NOT NULL", beside=None,
        words=(
            "Share of positive mentions minus share of negative ones, of the mentions of all brands"
            " that are watched. Cut it by brand to compare the company with the others."
        ),
    ),
    replace(
        NET_SENTIMENT, name="sentiment_ratio", label="Positive/negative",
        title="Positive mentions for each negative one",
        estimator=Ratio(over="positive", under="negative"), unit="ratio", beside=None,
        words="How many positive mentions there are for each negative one.",
        formula="positive / negative",
        pitfalls=(_CLASSIFIER, _QUERY, "With few negative mentions it leaps about."),
    ),
)  # fmt: skip

LISTENING = (*REVIEWS, *MENTIONS)
