"""Survey metrics: loyalty, satisfaction, effort, ratings, and what employees and visitors say."""

from __future__ import annotations

from milepost.metrics.boxes import AGREEMENT, ENDS, HIGHEST, NPS, BoxRule
from milepost.metrics.definition import Metric, Unit
from milepost.metrics.estimators import Mean, NetShare, Share
from milepost.plan.model import Good, Kind

_COUNT = {"n": "count(score)"}
_TOP = {**_COUNT, "top": "sum(in_top)"}
_NET = {**_TOP, "bottom": "sum(in_bottom)"}
_MEAN = {**_COUNT, "total": "sum(score)", "squares": "sum(score * score)"}


def _share(
    name: str, kind: str, title: str, label: str, *, boxes: BoxRule, words: str, source: str,
    beside: str | None = None, signal: Kind = "perception", estimator: Share | None = None,
    pitfalls: tuple[str, ...] = (),
) -> Metric:  # fmt: skip
    return Metric(
        name=name, title=title, label=label, fact="responses", where=_of_type(kind), question_type=kind,
        sums=_TOP, estimator=estimator or Share("top"), unit="percent", good="high", kind=signal, boxes=boxes,
        beside=beside, words=words, formula="answers in the top boxes / answers", source=source,
        pitfalls=pitfalls,
    )  # fmt: skip


def _net(
    name: str, kind: str, title: str, label: str, *, boxes: BoxRule, words: str, source: str,
    unit: Unit = "points", sums: dict[str, str] | None = None,
    estimator: NetShare | None = None, pitfalls: tuple[str, ...] = (),
) -> Metric:  # fmt: skip
    return Metric(
        name=name, title=title, label=label, fact="responses", where=_of_type(kind), question_type=kind,
        sums=sums or _NET, estimator=estimator or NetShare("top", "bottom"), unit=unit,
        good="high", kind="perception", boxes=boxes, words=words, source=source,
        formula="100 x (top boxes - bottom boxes) / answers", pitfalls=pitfalls,
    )  # fmt: skip


def _mean(
    name: str, kind: str, title: str, label: str, *, words: str, source: str, good: Good = "high",
    beside: str | None = None, pitfalls: tuple[str, ...] = (),
) -> Metric:  # fmt: skip
    return Metric(
        name=name, title=title, label=label, fact="responses", where=_of_type(kind), question_type=kind,
        sums=_MEAN, estimator=Mean("total", "squares", step=1.0), unit="score", good=good,
        kind="perception", beside=beside, words=words, formula="sum of scores / answers",
        source=source, pitfalls=pitfalls,
    )  # fmt: skip


def _of_type(kind: str) -> str:
    return f"question_type = '{kind}'"


_REICHHELD = "Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81(12)"
_PROMOTERS = {"n": "count(score)", "promoters": "sum(in_top)", "detractors": "sum(in_bottom)"}
_ROCKS = "interval: Rocks (2016), The American Statistician 70(4)"
_CSAT = "ISO 10004:2018, Monitoring and measuring customer satisfaction"
_CES1 = "Dixon, Freeman & Toman (2010), Stop Trying to Delight Your Customers, HBR 88(7)"
_CES2 = "Dixon, Toman & DeLisi (2013), The Effortless Experience"
_ELLIS = "Ellis & Brown (2017), Hacking Growth"
_STARS = "Hu, Zhang & Pavlou (2009), Overcoming the J-shaped distribution, CACM 52(10)"
_TASK = "Sauro & Lewis (2016), Quantifying the User Experience"

LOYALTY = (
    _net(
        "nps",
        "nps",
        "Net Promoter Score",
        "NPS",
        boxes=NPS,
        sums=_PROMOTERS,
        estimator=NetShare("promoters", "detractors"),
        source=f"{_REICHHELD}; {_ROCKS}",
        words=(
            "Share of promoters (9-10) less the share of detractors (0-6) among the answers to"
            " 'how likely are you to recommend us', in points from -100 to 100. Passives (7-8)"
            " count in the denominator. NPS and Net Promoter are trademarks of Bain & Company,"
            " NICE Systems and Fred Reichheld."
        ),
        pitfalls=(
            "Scores on 0-10, 1-10 and 1-5 scales are not comparable.",
            "A change of 2 points is noise below about 23,000 answers a period.",
        ),
    ),
    _mean(
        "nps_mean",
        "nps",
        "Likelihood to recommend, mean",
        "Recommend, mean",
        source=_REICHHELD,
        words="Mean of the answers to 'how likely are you to recommend us'.",
    ),
    _net(
        "enps",
        "enps",
        "Employee Net Promoter Score",
        "eNPS",
        boxes=NPS,
        sums=_PROMOTERS,
        estimator=NetShare("promoters", "detractors"),
        source=f"{_REICHHELD}; {_ROCKS}",
        words=(
            "Share of employees who are promoters (9-10) less the share of detractors (0-6)."
            " With the headcount in the plan the interval is that of a finite population."
        ),
    ),
)

SATISFACTION = (
    _share(
        "csat",
        "csat",
        "Customer satisfaction, top boxes",
        "CSAT, top boxes",
        boxes=ENDS,
        beside="csat_mean",
        source=_CSAT,
        words=(
            "Share of answers in the top boxes of a satisfaction scale: 4-5 of 1-5, 6-7 of 1-7,"
            " 9-10 of 1-10. 'Not applicable' is no answer."
        ),
        pitfalls=("Top boxes of 5-point and 7-point scales are not comparable.",),
    ),
    _mean(
        "csat_mean",
        "csat",
        "Customer satisfaction, mean",
        "CSAT, mean",
        source=_CSAT,
        beside="csat",
        words="Mean of the answers on a satisfaction scale.",
        pitfalls=("A mean of ordinal codes hides polarisation.",),
    ),
    _net(
        "csat_net",
        "csat",
        "Customer satisfaction, net",
        "CSAT, net",
        boxes=ENDS,
        source=_CSAT,
        words="Share of answers in the top boxes less the share in the bottom boxes.",
    ),
    _share(
        "esat",
        "esat",
        "Employee satisfaction, top boxes",
        "ESAT, top boxes",
        boxes=ENDS,
        beside="esat_mean",
        source=_CSAT,
        words="Share of employees in the top boxes of a satisfaction scale.",
    ),
    _mean(
        "esat_mean",
        "esat",
        "Employee satisfaction, mean",
        "ESAT, mean",
        source=_CSAT,
        beside="esat",
        words="Mean of employees' answers on a satisfaction scale.",
    ),
    _share(
        "thumbs",
        "thumbs",
        "Thumbs up",
        "Thumbs up",
        boxes=HIGHEST,
        source=_CSAT,
        words="Share of thumbs up among thumbs up and down.",
    ),
    _share(
        "smileys",
        "smileys",
        "Happy smileys",
        "Happy smileys",
        boxes=ENDS,
        source=_CSAT,
        words="Share of answers at the happy end of a row of smileys.",
    ),
)

EFFORT = (
    _share(
        "ces2",
        "ces2",
        "Customer Effort Score 2.0, agreement",
        "CES 2.0, agree",
        boxes=AGREEMENT,
        beside="ces2_mean",
        source=_CES2,
        words="Share that agrees (5-7 of 1-7) that the company made it easy to handle the issue.",
        pitfalls=("Never in one series with CES 1.0: the direction is the other way round.",),
    ),
    _mean(
        "ces2_mean",
        "ces2",
        "Customer Effort Score 2.0, mean",
        "CES 2.0, mean",
        source=_CES2,
        beside="ces2",
        words="Mean agreement (1-7) that the company made it easy to handle the issue.",
    ),
    _net(
        "ces2_net",
        "ces2",
        "Net Easy Score",
        "Net Easy",
        boxes=AGREEMENT,
        source=_CES2,
        words="Share that agrees (5-7) less the share that disagrees (1-3) that it was easy.",
    ),
    _mean(
        "ces1",
        "ces1",
        "Customer Effort Score 1.0, mean",
        "CES 1.0, mean",
        source=_CES1,
        good="low",
        beside="ces1_low_effort",
        words="Mean effort (1 very low to 5 very high) that customers had to put forth; low is good.",
        pitfalls=("Never in one series with CES 2.0: the direction is the other way round.",),
    ),
    _share(
        "ces1_low_effort",
        "ces1",
        "Customer Effort Score 1.0, low effort",
        "CES 1.0, little",
        boxes=AGREEMENT,
        source=_CES1,
        words="Share of customers who put forth low or very low effort (1-2 of 1-5).",
    ),
    _share(
        "ease",
        "ease",
        "Ease, top boxes",
        "Ease, top boxes",
        boxes=ENDS,
        beside="ease_mean",
        source=_CES2,
        words="Share of answers at the easy end of an ease or effort scale other than CES.",
    ),
    _mean(
        "ease_mean",
        "ease",
        "Ease, mean",
        "Ease, mean",
        source=_CES2,
        beside="ease",
        words="Mean of the answers on an ease or effort scale; the plan states its good end.",
    ),
    _net(
        "ease_net",
        "ease",
        "Ease, net",
        "Ease, net",
        boxes=ENDS,
        source=_CES2,
        words="Share of answers at the easy end less the share at the difficult end.",
    ),
)

RATINGS = (
    _mean(
        "stars",
        "stars",
        "Star rating, mean",
        "Stars, mean",
        source=_STARS,
        beside="stars_high",
        words="Mean of star ratings.",
        pitfalls=("Few, extreme customers rate: the distribution is J-shaped.",),
    ),
    _share(
        "stars_high",
        "stars",
        "Star rating, top boxes",
        "Stars, top boxes",
        boxes=ENDS,
        source=_STARS,
        words="Share of ratings of 4 or 5 stars of 5.",
    ),
)

PRODUCT = (
    _share(
        "pmf",
        "pmf",
        "Product-market-fit score",
        "PMF score",
        boxes=HIGHEST,
        source=_ELLIS,
        words=(
            "Share that would be very disappointed without the product, of very, somewhat and"
            " not disappointed; 'no longer use it' is no answer. 40 % is a rule of thumb."
        ),
    ),
)

VISITS = (
    _share(
        "task_completion", "task", "Task completion", "Task completion", boxes=HIGHEST, source=_TASK,
        signal="outcome", estimator=Share("top", formula="Agresti-Coull"),
        words="Share of visitors who say that they did what they came for.",
    ),
    Metric(
        name="visitor_intent", title="Visitor intent", label="Intent", fact="responses",
        where=_of_type("intent"), question_type="intent", sums={"n": "count(answer)"},
        estimator=Share("n", of="all", formula="Goodman"), unit="percent", good="neither", kind="interaction",
        split="answer", words="Share of each reason that visitors give for their visit.",
        formula="answers that name the reason / answers",
        source="Goodman (1965), On Simultaneous Confidence Intervals, Technometrics 7(2)",
    ),
)  # fmt: skip

SURVEY = (*LOYALTY, *SATISFACTION, *EFFORT, *RATINGS, *PRODUCT, *VISITS)
