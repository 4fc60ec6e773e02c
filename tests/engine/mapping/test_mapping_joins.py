"""Look-ups: one match at most, whatever the keys' types, chained by aliases, all counted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

BASE = {"answered_at": "= make_date(2024, 5, 1)"}


def reviews(
    acme, join, *, columns=None, attributes=None, content="id,score\n1,9\n2,8\n3,7\n,6\n", **keys
):
    acme.put("r.csv", content)
    acme.source(
        **{"from": "r.csv", "as": "r"}, join=join, columns={**BASE, **(columns or {})},
        attributes=attributes or {}, **keys,
    )  # fmt: skip
    return acme.account()


def test_what_is_found_and_not_found_is_counted(acme):
    acme.put("o.csv", "id,state\n1,SP\n2,RJ\n9,XX\n,none\n,none\n")
    account = reviews(
        acme, [{"from": "o.csv", "as": "o", "keys": {"id": "id"}}], attributes={"state": "o.state"}
    )
    assert [(j.matched, j.unmatched) for j in account.joins] == [(2, 2)]
    assert acme.rows("state") == ["SP", "RJ", None, None]


def test_more_than_one_match_rejects_the_record(acme):
    acme.put("o.csv", "id,state\n1,SP\n1,RJ\n2,MG\n")
    account = reviews(
        acme, [{"from": "o.csv", "as": "o", "keys": {"id": "id"}}], attributes={"state": "o.state"}
    )
    assert account.rejected_records == 1
    assert acme.reasons() == [("2", "o", "2", "more than one match in o.csv")]


def test_chained_by_alias_over_two_keys_and_an_expression(acme):
    acme.put("o.csv", "order_id,part,customer\n1,a,C7\n2,a,C8\n2,b,C9\n")
    acme.put("c.csv", "id,unique\nC7,u1\nC9,u2\n")
    account = reviews(
        acme,
        [
            {"from": "o.csv", "as": "o", "keys": {"id": "order_id", "= lower(part)": "part"}},
            {"from": "c.csv", "as": "c", "keys": {"o.customer": "id"}},
        ],
        content="id,part,score\n1,A,9\n2,B,8\n2,C,7\n", columns={"customer_id": "c.unique"},
        where="c.unique is not null or score = 7",
    )  # fmt: skip
    assert [(j.from_, j.matched, j.unmatched) for j in account.joins] == [
        ("o.csv", 2, 1), ("c.csv", 2, 1),
    ]  # fmt: skip
    assert acme.rows("customer_id") == ["u1", "u2", None]


def test_keys_of_different_types_meet_as_text(acme):
    pq.write_table(
        pa.table({"id": [1.0, 2.0, None], "state": ["SP", " ", "no"]}), acme.folder / "o.parquet"
    )
    account = reviews(
        acme, [{"from": "o.parquet", "as": "o", "keys": {"id": "id"}}],
        attributes={"state": "o.state"},
    )  # fmt: skip
    assert [(j.matched, j.unmatched) for j in account.joins] == [(2, 2)]
    assert acme.rows("state") == ["SP", None, None, None]


def test_the_key_itself_can_be_read(acme):
    acme.put("o.csv", "id,x\n01,a\n2,b\n")
    reviews(acme, [{"from": "o.csv", "as": "o", "keys": {"id": "id"}}], attributes={"key": "o.id"})
    assert acme.rows("key") == [None, "2", None, None]


def test_what_a_look_up_cannot_read_is_noted(acme):
    acme.put("o.csv", "id,state\n1,SP\n2,RJ,too,many\n")
    account = reviews(
        acme, [{"from": "o.csv", "as": "o", "keys": {"id": "id"}}], attributes={"state": "o.state"}
    )
    assert account.notes == ("o.csv: 1 record refused, 4 fields, expected 2",)


def test_a_column_that_a_look_up_lacks(acme):
    acme.put("o.csv", "id,state\n1,SP\n")
    acme.put("r.csv", "id,score\n1,9\n")
    acme.source(
        **{"from": "r.csv", "as": "r"}, columns=BASE, attributes={"state": "o.stat"},
        join=[{"from": "o.csv", "as": "o", "keys": {"id": "id"}}],
    )  # fmt: skip
    assert acme.misfit() == "column 'stat' is not in o.csv; did you mean 'state'?"


def test_a_change_in_a_look_up_builds_the_source_anew(acme):
    acme.put("o.csv", "id,state\n1,SP\n")
    reviews(
        acme, [{"from": "o.csv", "as": "o", "keys": {"id": "id"}}], attributes={"state": "o.state"}
    )
    acme.put("o.csv", "id,state\n1,Rio\n")
    acme.build()
    assert acme.rows("state")[0] == "Rio"
