"""Wide files of other facts, facts of the company's own, and where records come from."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

WIDE = "DATE,tv,print,note\n2024-05-01,100,20,a\n2024-05-08,,30,b\n2024-05-15,x,40,c\n,1,2,d\n"


def test_one_row_a_line_of_rows(acme):
    acme.put("w.csv", WIDE)
    acme.source(
        fact="spend", **{"from": "w.csv"}, columns={"at": "DATE"}, where="note <> 'd'",
        attributes={"note": "note"},
        rows=[{"channel": "= 'tv'", "amount": "tv"}, {"channel": "= 'print'", "amount": "print"}],
    )  # fmt: skip
    account = acme.account()
    assert (account.records, account.excluded, account.mapped, account.rows) == (4, 1, 3, 4)
    first, second = account.questions
    assert (first.used, first.not_answered, first.rejected[0].count) == (1, {"(blank)": 1}, 1)
    assert (second.used, second.not_answered) == (3, {})
    assert acme.rows("channel, amount, note", order="channel, _record") == [
        ("print", 20, "a"), ("print", 30, "b"), ("print", 40, "c"), ("tv", 100, "a"),
    ]  # fmt: skip
    assert [(r["line"], r["question"], r["column"], r["value"]) for r in acme.rejects()] == [
        ("4", "row 1", "amount", "x")
    ]


def test_a_key_may_come_once_among_all_lines_of_rows(acme):
    acme.put("w.csv", "id,a,b\n1,2024-05-01,2024-05-02\n2,2024-05-01,\n,,2024-05-03\n")
    acme.source(
        fact="contacts", **{"from": "w.csv"},
        rows=[{"contact_id": "id", "at": "a"}, {"contact_id": "id", "at": "b"}],
    )  # fmt: skip
    first, second = acme.account().questions
    assert (first.used, first.not_answered) == (2, {"(blank)": 1})
    assert (second.used, second.not_answered) == (0, {"(blank)": 2})
    assert [(r["question"], r["reason"]) for r in acme.rejects()] == [
        ("row 2", "a second record with this contact_id")
    ]


def test_a_fact_of_the_companys_own(acme):
    columns = {"offer_id": "text", "customer_id": "text", "sent_at": "time", "redeemed": "boolean",
               "shown_for": "seconds", "valid": "date"}  # fmt: skip
    acme.plan["facts"] = [
        {"name": "offers", "key": "offer_id", "time": "sent_at", "columns": columns}
    ]
    acme.put(
        "o.csv",
        "id,at,used,t,v\n1,2024-05-01,yes,0:10,2024-06-01\n1,2024-05-02,no,,\n2,2024-05-03,,1:00:00,\n",
    )
    acme.source(
        fact="offers", **{"from": "o.csv"},
        columns={"offer_id": "id", "sent_at": "at", "redeemed": "used", "shown_for": "t", "valid": "v"},
    )  # fmt: skip
    assert acme.account().rejected[0].reason == "a second record with this offer_id"
    assert acme.rows("offer_id, redeemed, shown_for, valid, customer_id") == [
        ("1", True, 10, date(2024, 6, 1), None), ("2", None, 3600, None, None),
    ]  # fmt: skip


def test_an_event_needs_no_key(acme):
    acme.put("e.csv", "at,what\n2024-05-01,a\n2024-05-01,a\n")
    acme.source(fact="events", **{"from": "e.csv"}, columns={"at": "at", "event": "what"})
    assert acme.account().rows == 2


def test_pseudo_columns_say_where_a_record_is(acme):
    book = openpyxl.Workbook()
    book.active.title = "May 24"
    book.active.append(["score"])
    book.active.append([9])
    content = io.BytesIO()
    book.save(content)
    acme.put("x.xlsx", content.getvalue())
    acme.put("data/a.csv", "score\n9\n8\n")
    acme.put("data/b.csv", "score\n7\n")
    attributes = {"file": "= split_part(_file, '/', 2)", "record": "_record", "sheet": "_sheet"}
    day = {"answered_at": "= make_date(2024, 5, 1)"}
    acme.source("csv", **{"from": "data/*.csv"}, columns=day, attributes=attributes)
    acme.source("xlsx", **{"from": "x.xlsx"}, columns=day, attributes={"sheet": "_sheet"})
    assert acme.build()["csv"].files == ("data/a.csv", "data/b.csv")
    assert acme.rows("file, record, sheet", name="csv") == [
        ("a.csv", "1", None), ("a.csv", "2", None), ("b.csv", "3", None),
    ]  # fmt: skip
    assert acme.rows("sheet", name="xlsx") == ["May 24"]


@pytest.mark.parametrize("known", [True, False])
def test_bucket_and_unit_come_from_the_customer(acme, known):
    """The rule is that of the reference vector nps.cluster.hash_buckets."""
    acme.put("s.csv", "who,score\nc000,9\nc007,8\n,7\n")
    acme.source(
        **{"from": "s.csv"},
        columns={"answered_at": "= make_date(2024, 5, 1)", **({"customer_id": "who"} if known else {})},
    )  # fmt: skip
    acme.build()
    rows = acme.rows("bucket, unit")
    assert ([bucket for bucket, _ in rows][:2] == [108, 117]) == known
    assert len({unit for _, unit in rows}) == 3
