"""What the public wrote of airlines and shops, as it was published: what listening metrics make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from tests.conftest import SHARED
from tests.insight.published import cut, opened, whole

pytestmark = pytest.mark.shared

TWEETS = """
every: all
sources:
  - name: tweets
    fact: mentions
    from: {file}
    columns:
      mention_id: row_id
      at: tweet_created
      brand: airline
      author: author
      text: text
      sentiment: "= case airline_sentiment when 'positive' then 1 when 'negative' then -1 else 0 end"
    attributes: {{reason: negativereason}}
metrics:
  - {{name: negative, title: Negative, fact: mentions, share: sentiment < 0, good: low}}
  - {{name: neutral, title: Neutral, fact: mentions, share: sentiment = 0}}
  - {{name: positive, title: Positive, fact: mentions, share: sentiment > 0, good: high}}
"""


@pytest.fixture(scope="module")
def tweets(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    file = SHARED / "twitter_airline" / "tweets.parquet"
    return opened(tmp_path_factory.mktemp("tweets"), TWEETS.format(file=file))


@pytest.mark.parametrize(
    ("metric", "value"),
    [("negative", 62.69), ("neutral", 21.17), ("positive", 16.14), ("net_sentiment", -46.55)],
)
def test_sentiment_of_all_tweets(tweets: Opened, metric: str, value: float) -> None:
    cell = whole(tweets, metric)
    assert (cell.value, cell.n) == (pytest.approx(value, abs=0.005), 14_640)


def test_sentiment_by_airline(tweets: Opened) -> None:
    found = cut(tweets, "net_sentiment", "brand")
    assert {name: value for name, (value, _) in found.items()} == {
        "United": pytest.approx(-56.02, abs=0.005),
        "US Airways": pytest.approx(-68.45, abs=0.005),
        "American": pytest.approx(-58.86, abs=0.005),
        "Southwest": pytest.approx(-25.45, abs=0.005),
        "Delta": pytest.approx(-18.50, abs=0.005),
        "Virgin America": pytest.approx(-5.75, abs=0.005),
    }


def test_share_of_voice_of_the_company_named(shared: Path, tmp_path: Path) -> None:
    file = shared / "twitter_airline" / "tweets.parquet"
    plan = opened(tmp_path, TWEETS.format(file=file), company=", brand: United")
    assert whole(plan, "share_of_voice").value == pytest.approx(26.11, abs=0.005)
    assert whole(plan, "net_sentiment").value == pytest.approx(-56.02, abs=0.005)
    brands = cut(plan, "net_sentiment_brands", "brand")
    assert brands["Delta"][0] == pytest.approx(-18.50, abs=0.005)


def test_reasons_of_complaint(tweets: Opened) -> None:
    found = cut(tweets, "mentions", "reason", where="sentiment < 0")
    assert sum(value or 0 for value, _ in found.values()) == 9178
    assert (found["Customer Service Issue"][0], found["Late Flight"][0]) == (2910, 1665)


REVIEWS = """
every: all
sources:
  - name: reviews
    fact: reviews
    from: {file}
    dated: 2026-01-01
    columns: {{review_id: "= _record", rating: "= case label when '1' then 5 else 1 end", text: review{place}}}
metrics:
  - {{name: negative, title: Negative, fact: reviews, share: rating = 1, good: low}}
"""


def test_chinese_reviews_of_deliveries(shared: Path, tmp_path: Path) -> None:
    file = shared / "chinese_reviews" / "waimai_10k.csv"
    plan = opened(tmp_path, REVIEWS.format(file=file, place=""))
    cell = whole(plan, "negative")
    assert (cell.value, cell.n) == (pytest.approx(66.6, abs=0.05), 11_987)
    assert cell.sums == {"n": 11_987, "part": 7_987}


def test_chinese_reviews_of_ten_kinds_of_goods(shared: Path, tmp_path: Path) -> None:
    file = shared / "chinese_reviews" / "online_shopping_10_cats.csv.gz"
    plan = opened(tmp_path, REVIEWS.format(file=file, place=", place: cat"))
    account = refresh(plan.project).built["reviews"].account
    assert (account.records, account.rows, account.adds_up) == (62_774, 62_774, True)
    assert len(cut(plan, "review_rating", "place")) == 10
    assert whole(plan, "negative").sums == {"n": 62_774, "part": 62_774 - 31_728}
