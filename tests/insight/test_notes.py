"""What stands beside an answer's numbers: weights of some sources only, and much that was rejected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.insight.company import answers, company, project

GOOD = answers(date(2026, 10, 1), [9] * 400)


def test_numbers_say_that_much_was_rejected(tmp_path: Path) -> None:
    wrong = answers(date(2026, 10, 2), [77] * 5)
    told = company(tmp_path, [*GOOD, *wrong]).measure("nps")
    assert told.notes == (
        "5 of 405 answers of 'survey' were rejected (1.2\u00a0%); 'milepost check' shows why",
    )


def test_a_few_rejected_ones_are_left_to_the_account(tmp_path: Path) -> None:
    wrong = answers(date(2026, 10, 2), [77] * 4)
    assert company(tmp_path, [*GOOD, *wrong]).measure("nps").notes == ()


def test_records_without_a_day_are_told_too(tmp_path: Path) -> None:
    wrong = [("x", "c", "no day", 9, "DK", "", 1.0)] * 8
    (note,) = company(tmp_path, [*GOOD, *wrong]).measure("nps").notes
    assert note.startswith("8 of 408 records of 'survey' were rejected (2.0\u00a0%)")


def test_groups_that_were_rejected_are_told_of_the_groups(tmp_path: Path) -> None:
    rows = [{"id": n // 2, "who": "a", "day": "2026-10-01" if n > 5 else "soon", "amount": 5}
            for n in range(200)]  # fmt: skip
    opened = project(
        tmp_path,
        {"o.csv": rows},
        """
sources:
  - {name: o, fact: orders, from: o.csv, group: id, columns: {order_id: id, customer_id: who,
     ordered_at: = min(day), amount: = sum(amount)}}
""",
    )
    told = [note for note in opened.measure("revenue").notes if "rejected" in note]
    assert told == ["3 of 100 groups in 'o' were rejected (3.0\u00a0%); 'milepost check' shows why"]


def orders(folder: Path, last: int) -> tuple[str, ...]:
    rows = [{"id": n, "who": n % 9, "day": f"2026-10-{1 + n % last:02d}", "amount": 5}
            for n in range(90)]  # fmt: skip
    return project(folder, {"o.csv": rows}, """
sources:
  - {name: o, fact: orders, from: o.csv, columns: {order_id: id, customer_id: who, ordered_at: day, amount: amount}}
""").measure("revenue", every="month").notes  # fmt: skip


def test_data_that_ends_within_a_period_is_told(tmp_path: Path) -> None:
    (note,) = orders(tmp_path, 9)
    assert note.startswith("the data of orders ends on 2026-10-09, 22 days before October 2026")
    assert orders(tmp_path, 30) == ()
