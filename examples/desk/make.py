"""Makes the calls and answers of this example, which are nobody's: `python make.py`, always the same."""

from __future__ import annotations

import csv
import gzip
import io
import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

FIRST, DAYS, STARTED = date(2022, 1, 3), 271, date(2022, 5, 23)
OPEN = {**dict.fromkeys(range(5), (9, 17)), 5: (10, 15)}
AGENTS = [f"agent {n:02d}" for n in range(1, 13)]
TOPICS = ("bill", "delivery", "account", "product")
CUSTOMERS = 6000
HEADER = (
    "id", "customer", "country", "at", "channel", "topic", "agent", "answered", "waited", "seconds",
)  # fmt: skip


def main() -> None:
    """Write both files."""
    dice = random.Random(2022)
    last = (FIRST + timedelta(days=DAYS)).isoformat()
    calls = sorted((row for row in _calls(dice) if row[3] < last), key=lambda row: row[3])
    _write("calls.csv.gz", HEADER, [(n, *row[1:]) for n, row in enumerate(calls, 1)])
    _write("answers.csv.gz", ("id", "customer", "country", "day", "score"), _answers(dice))


def _calls(dice: random.Random) -> list[tuple]:
    rows = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        since, until = OPEN.get(day.weekday(), (0, 0))
        for hour in range(since, until):
            mean = (15 if day.weekday() == 0 else 12) * (1.2 if hour in (10, 11, 14) else 1)
            for _ in range(_poisson(dice, mean)):
                rows += _matter(dice, day, hour)
    return rows


def _matter(dice: random.Random, day: date, hour: int) -> list[tuple]:
    """A call, and with some luck no second one about the same within a week."""
    customer = dice.randrange(CUSTOMERS)
    country = _country(customer)
    topic = dice.choice(TOPICS)
    moment = datetime.combine(day, time(hour)) + timedelta(seconds=dice.randrange(3600))
    called_back = country == "DK" and day >= STARTED
    rows = [_call(dice, customer, country, moment, topic)]
    if dice.random() < (0.10 if called_back else 0.17):
        again = moment + timedelta(days=dice.choice((1, 2, 3, 4)))
        since, until = OPEN.get(again.weekday(), (0, 0))
        if since <= again.hour < until:
            rows.append(_call(dice, customer, country, again, topic))
    return rows


def _call(
    dice: random.Random, customer: int, country: str, moment: datetime, topic: str
) -> tuple:
    answered = dice.random() < 0.96
    waited = round(dice.expovariate(1 / 22), 1)
    agent = AGENTS[dice.randrange(len(AGENTS))] if answered else ""
    usual = 150 + 12 * AGENTS.index(agent) if agent else 0
    seconds = round(dice.lognormvariate(0, 0.5) * usual, 1) if answered else ""
    channel = "phone" if dice.random() < 0.93 else "chat"
    return (
        0, f"c{customer}", country, moment.isoformat(" "), channel, topic, agent,
        "yes" if answered else "no", waited, seconds,
    )  # fmt: skip


def _answers(dice: random.Random) -> list[tuple]:
    rows = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for _ in range(_poisson(dice, 26)):
            customer = dice.randrange(CUSTOMERS)
            country = _country(customer)
            good = 0.74 if country == "DK" and day >= STARTED else 0.62
            score = dice.choice((4, 5)) if dice.random() < good else dice.choice((1, 2, 3, 3))
            rows.append((len(rows) + 1, f"c{customer}", country, day.isoformat(), score))
    return rows


def _country(customer: int) -> str:
    return "SE" if customer % 3 == 0 else "DK"


def _poisson(dice: random.Random, mean: float) -> int:
    passed, count = dice.expovariate(1), 0
    while passed < mean:
        passed, count = passed + dice.expovariate(1), count + 1
    return count


def _write(name: str, header: tuple, rows: list[tuple]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    # Without a time in it the file is the same whenever it is made.
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    (Path(__file__).parent / "data" / name).write_bytes(packed)


if __name__ == "__main__":
    main()
