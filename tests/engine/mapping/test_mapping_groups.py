"""Many lines, one row: what is added up, what a bad line costs, and the account from lines to rows."""

from __future__ import annotations

from datetime import date

import pytest

LINES = """invoice,customer,at,quantity,price,sku
A1,c1,2024-05-01 08:00,2,1.50,x
A1,c1,2024-05-01 08:05,1,10,y
A1,c1,2024-05-01 08:01,-1,5,z
B2,,2024-05-02 09:00,9,1,x
B2,c2,2024-05-02 09:00,10,2,x
C3,c3,2024-05-03 10:00,five,1,x
C3,c3,2024-05-03 10:00,3,1,x
,c4,2024-05-04 10:00,3,1,x
D4,c5,soon,3,1,x
"""
ORDER = {
    "order_id": "invoice", "customer_id": "customer", "ordered_at": "= min(at)",
    "amount": "= sum(quantity * price)",
}  # fmt: skip


def invoices(acme, *, columns=None, content=LINES, **keys):
    acme.put("lines.csv", content)
    acme.source(
        fact="orders", **{"from": "lines.csv"}, group=keys.pop("group", "invoice"),
        columns={**ORDER, **(columns or {})}, **keys,
    )  # fmt: skip
    return acme.account()


def test_an_account_from_lines_to_rows(acme):
    account = invoices(acme, where="quantity > 0 or quantity is null")
    assert (account.records, account.excluded, account.rejected_lines) == (9, 1, 2)
    assert (account.grouped_lines, account.groups, account.mapped) == (6, 4, 3)
    assert account.rejected_groups == 1
    assert acme.rows("order_id, customer_id, amount, day") == [
        ("A1", "c1", 13.0, date(2024, 5, 1)),
        ("B2", "c2", 29.0, date(2024, 5, 2)),
        ("C3", "c3", 3.0, date(2024, 5, 3)),
    ]
    assert acme.reasons() == [
        ("7", "where", "", "the condition cannot be computed"),
        ("9", "group", "", "blank"),
        ("10", "ordered_at", "soon", acme.reasons()[2][3]),
    ]


def test_a_line_that_cannot_be_computed_is_rejected_with_what_it_was_given(acme):
    account = invoices(acme)
    assert [(r.column, r.reason, r.count) for r in account.rejected][:2] == [
        ("amount", "cannot be computed", 1), ("group", "blank", 1),
    ]  # fmt: skip
    assert acme.reasons()[0] == ("7", "amount", "quantity=five price=1", "cannot be computed")
    assert acme.rows("amount", order="order_id") == [8.0, 29.0, 3.0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("= count(*)", 3),
        ("= count(DISTINCT sku)", 3),
        ("= max(quantity)", 10),  # not the greatest text, which is '9'
        ("= min(price)", 1),
        ("= avg(quantity)", 9.5),
        ("= sum(price) / count(*)", 1.5),
        ("= sum(price) / sum(quantity - quantity)", None),
        ("= sum(price) * quantity", 27),
        ("= sum(quantity) FILTER (WHERE price > 1)", 10),
        ("= arg_max(price, quantity::int)", 2),
        ("= sum(CASE WHEN sku = 'x' THEN price ELSE 0 END)", 3),
        ("= round(sum(price), 1) + 1", 4),
    ],
)
def test_what_may_be_added_up(acme, expression, value):
    content = "\n".join(line for line in LINES.splitlines() if line[:2] in ("in", "B2"))
    invoices(acme, columns={"margin": expression}, content=content + "\n")
    if expression in ("= count(*)", "= count(DISTINCT sku)"):
        value = 2 if "*" in expression else 1
    assert acme.rows("margin") == [value]


def test_rows_that_cannot_be_computed_from_their_lines(acme):
    account = invoices(acme, columns={"margin": "= (sum(price) * 100)::smallint"}, content=(
        "invoice,customer,at,quantity,price\nA,c,2024-05-01,1,300\nA,c,2024-05-01,1,300\n"
        "B,c,2024-05-01,1,3\n"
    ))  # fmt: skip
    assert (account.groups, account.mapped, account.rejected_groups) == (2, 1, 1)
    assert acme.reasons() == [("2", "margin", "", "cannot be computed")]


def test_grouped_by_an_expression_with_attributes_and_expectations(acme):
    account = invoices(
        acme, group="= left(invoice, 1)", columns={"order_id": "= left(invoice, 1)"},
        attributes={"first_sku": "sku", "skus": "= count(DISTINCT sku)"},
        expect=[{"name": "cheap", "that": "price < 10"}], where="invoice is not null and at <> 'soon'",
    )  # fmt: skip
    assert acme.rows("order_id, first_sku, skus", order="order_id") == [
        ("A", "x", "3"), ("B", "x", "1"), ("C", "x", "1"),
    ]  # fmt: skip
    assert [(unmet.count, unmet.lines) for unmet in account.unmet] == [(1, ("lines.csv:2",))]


def test_an_aggregate_without_a_group_is_a_mistake_of_the_plan(acme):
    acme.put("lines.csv", LINES)
    acme.source(fact="orders", **{"from": "lines.csv"}, columns=ORDER)
    run = acme.run("check")
    assert run.returncode == 2
    assert "adds up rows" in run.stderr
