"""Values in text: numbers as people write them, seconds, yes and no, labels, typed columns."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.errors import DataError

BASE = {"order_id": "= _record::text", "ordered_at": "= make_date(2024, 5, 1)"}


def orders(acme, texts, *, read=None, column="amount", fact="orders", **keys):
    """The values of one written column, quoted, after mapping."""
    acme.put("s.csv", "x,v\n" + "".join(f'a,"{text}"\n' for text in texts))
    base = BASE if fact == "orders" else {"contact_id": "= _record::text", "at": BASE["ordered_at"]}
    columns = {**base, "amount": "= 1", column: "v"}
    acme.source(fact=fact, **{"from": "s.csv"}, columns=columns, read=read or {}, **keys)
    acme.build()
    return acme.rows(column)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1", "2.5", "-3e2", ".5", "4."], [1, 2.5, -300, 0.5, 4]),
        (["1,234.50", "12", "1,234"], [1234.5, 12, 1234]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1.234,5", "12", "3,5", "1.234"], [1234.5, 12, 3.5, 1234]),
        (["0,500", "1,500"], [0.5, 1.5]),
        (["€ 12.50", "-$3", "45 %", "£1", "-€ 5"], [12.5, -3, 45, 1, -5]),
        (["1 234", "12 345.5", "1\u00a0000\u00a0000", "1'000"], [1234, 12345.5, 1e6, 1000]),
        (["1 234,50", "2,5"], [1234.5, 2.5]),
        (["1,234", "99.50"], [1234, 99.5]),
        ([" 7 "], [7]),
    ],
)
def test_numbers_as_people_write_them(acme, texts, values):
    assert orders(acme, texts) == values


@pytest.mark.parametrize(
    ("texts", "bad"),
    [
        (["1,5", "2,5", "3.5"], "3.5"),  # not 35
        (["1,234.5", "12,5"], "12,5"),  # not 125
        (["5", "4 5"], "4 5"),  # not 45
        (["5", "nan"], "nan"),
        (["5", "1e308"], "1e308"),
        (["5", "-inf"], "-inf"),
        (["5", "0x10"], "0x10"),
    ],
)
def test_what_is_no_number_in_its_columns_style_is_rejected(acme, texts, bad):
    found = orders(acme, texts)
    assert len(found) == len(texts) - 1
    assert [(r["value"], r["reason"]) for r in acme.rejects()] in (
        [(bad, "not a number")], [(f"'{bad}", "not a number")],
    )  # fmt: skip


def test_a_comma_that_can_be_either_is_an_error(acme):
    with pytest.raises(DataError) as caught:
        orders(acme, ["1,234", "$2,345", "12"])
    (line,) = str(caught.value).splitlines()
    assert (
        "source 's', column 'v': $2,345, 1,234 can be thousands (2345) or decimals (2.345)" in line
    )
    assert "read: {decimal: '.'}" in line


@pytest.mark.parametrize(
    ("decimal_sign", "value"), [(".", 1234), (",", 1.234)], ids=["point", "comma"]
)
def test_the_plan_says_what_the_comma_is(acme, decimal_sign, value):
    assert orders(acme, ["1,234"], read={"decimal": decimal_sign}) == [value]


def test_thousands_beside_a_stated_point(acme):
    assert orders(acme, ["1,234,567", "1"], read={"decimal": "."}) == [1234567, 1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02:03", 3723), ("0:05", 5), ("100:00:00", 360000), ("90", 90), ("0:00:01.5", 1.5)],
)
def test_durations_become_seconds(acme, text, seconds):
    assert orders(acme, [text], fact="contacts", column="wait_seconds") == [seconds]


def test_a_duration_that_is_none_is_rejected(acme):
    assert orders(acme, ["5", "1:75:00x", "soon"], fact="contacts", column="wait_seconds") == [5]
    assert {r["reason"] for r in acme.rejects()} == {"not a duration in seconds or h:mm:ss"}


def test_yes_and_no_in_words(acme):
    texts = ["Yes", "NEJ", "1", "0", "true", "F", "oui", "maybe", ""]
    found = orders(acme, texts, fact="contacts", column="answered")
    assert found == [True, False, True, False, True, False, True, None]
    assert [(r["value"], r["reason"]) for r in acme.rejects()] == [("maybe", "neither yes nor no")]


def test_labels_on_a_column_by_either_name(acme):
    labels = {"v": {"Low": "1.5", "HIGH": "9"}}
    assert orders(acme, ["low", "high", "4"], labels=labels) == [1.5, 9, 4]


def test_labels_of_attributes_and_codes_without_one(acme):
    acme.put("s.csv", "score,lang\n9,1\n8,2\n7,3\n6,3\n5,\n")
    acme.source(
        **{"from": "s.csv"}, columns={"answered_at": BASE["ordered_at"]},
        attributes={"language": "lang"}, values={"language": {"1": "Dansk", "2": "it's"}},
    )  # fmt: skip
    assert acme.account().notes == ("language '3' has no label (2 records)",)
    assert acme.rows("language") == ["Dansk", "it's", "3", "3", None]


TYPED = {
    "amount": pa.array([decimal.Decimal("7.50"), decimal.Decimal("8.00")]),
    "day": pa.array([datetime.date(2024, 1, 2), datetime.date(2024, 1, 3)]),
    "clock": pa.array([datetime.time(0, 1, 30), datetime.time(1, 0)]),
    "flag": pa.array([True, False]),
    "words": pa.array([" yes ", ""]).dictionary_encode(),
    "number": pa.array([20240105, 3], pa.int64()),
    "list": pa.array([[1], []], pa.list_(pa.int64())),
}


def typed(acme, fact, column, written, **keys):
    pq.write_table(pa.table(TYPED), acme.folder / "s.parquet")
    key, time = ("order_id", "ordered_at") if fact == "orders" else ("contact_id", "at")
    columns = {key: "= _record::text", time: "day", "amount": "= 1", column: written}
    acme.source(fact=fact, **{"from": "s.parquet"}, columns=columns, **keys)
    acme.build()
    return acme.rows(column)


@pytest.mark.parametrize(
    ("column", "written", "values"),
    [
        ("amount", "amount", [7.5, 8]),
        ("amount", "flag", [1, 0]),
        ("channel", "amount", ["7.50", "8"]),
        ("channel", "words", ["yes", None]),
        ("channel", "flag", ["true", "false"]),
        ("channel", "list", ["[1]", "[]"]),
        ("margin", "number", [20240105, 3]),
    ],
)
def test_typed_columns(acme, column, written, values):
    assert typed(acme, "orders", column, written) == values


@pytest.mark.parametrize(
    ("column", "written", "values"),
    [
        ("wait_seconds", "clock", [90, 3600]),
        ("answered", "words", [True, None]),
        ("answered", "number", []),
        ("wait_seconds", "day", []),
        ("handle_seconds", "list", []),
    ],
)
def test_typed_columns_that_do_not_fit_reject_their_rows(acme, column, written, values):
    assert typed(acme, "contacts", column, written) == values
    assert len(acme.rejects()) == 2 - len(values)


def test_a_number_of_a_typed_file_can_be_a_date(acme):
    pq.write_table(pa.table(TYPED), acme.folder / "s.parquet")
    acme.source(
        fact="orders", **{"from": "s.parquet"}, read={"dates": {"number": "%Y%m%d"}},
        columns={"order_id": "number", "ordered_at": "number", "amount": "amount"},
    )  # fmt: skip
    acme.build()
    assert acme.rows("day") == [datetime.date(2024, 1, 5)]
    assert acme.reasons()[0][1:3] == ("ordered_at", "3")


def test_measures_beyond_the_facts_columns_are_numbers(acme):
    acme.put("s.csv", "v,score\n3,9\nx,8\n")
    acme.source(**{"from": "s.csv"}, columns={"answered_at": BASE["ordered_at"]})
    acme.source(
        "o", fact="orders", **{"from": "s.csv"},
        columns={**BASE, "amount": "score", "weight_kg": "v"},
    )  # fmt: skip
    acme.build()
    assert acme.rows("weight_kg", name="o") == [3]


@pytest.mark.parametrize("name", ["Score", "Day", "Comment", "Customer_ID"])
def test_names_that_differ_only_in_case_are_refused(acme, name):
    acme.put("s.csv", "score\n9\n")
    acme.source(
        **{"from": "s.csv"}, columns={"answered_at": BASE["ordered_at"]}, attributes={name: "score"}
    )
    assert f"'{name}'" in acme.misfit()
