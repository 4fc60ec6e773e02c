"""The account and the list of rejects: every record somewhere, each with its line and reason."""

from __future__ import annotations

BASE = {"response_id": "id", "answered_at": "= make_date(2024, 5, 1)"}


def test_of_two_records_with_one_key_the_first_is_kept(acme):
    acme.put("s.csv", "id,score\n7,9\n8,1\n7,2\n7,3\n")
    acme.source(**{"from": "s.csv"}, columns=BASE)
    account = acme.account()
    assert acme.rows("response_id, score") == [("7", 9), ("8", 1)]
    assert (account.rejected_records, account.mapped) == (2, 2)
    assert acme.reasons() == [
        (line, "response_id", "7", "a second record with this response_id") for line in ("4", "5")
    ]


def test_a_bad_record_does_not_take_its_key_from_a_good_one(acme):
    acme.put("s.csv", "id,score,w\n7,9,x\n7,2,1\n")
    acme.source(**{"from": "s.csv"}, columns={**BASE, "weight": "w"})
    acme.build()
    assert acme.rows("score") == [2]


def test_expectations_are_counted_and_their_records_kept(acme):
    rows = "".join(f"{n},{n}\n" for n in range(1, 10))
    acme.put("s.csv", "id,score\n" + rows + "x,no\n")
    acme.source(
        **{"from": "s.csv"}, columns=BASE, where="id <> '9'",
        expect=[{"name": "small", "that": "score::int < 3"}, {"name": "known", "that": "id <> 'y'"}],
    )  # fmt: skip
    small, known = acme.account().unmet
    assert (small.count, small.lines) == (7, tuple(f"s.csv:{line}" for line in range(4, 9)))
    assert (known.count, known.lines) == (0, ())
    assert len(acme.rows("score")) == 8


def test_ragged_lines_are_rejected_with_their_lines(acme):
    acme.put("s.csv", 'id,score\n1,9\n2\n3,8,7\n"4\n4",5\n6,x\n')
    acme.source(**{"from": "s.csv"}, columns=BASE)
    account = acme.account()
    assert (account.records, account.rejected_records, account.rejected_answers) == (5, 2, 1)
    assert [
        (r["line"], r["record"], r["column"], r["value"], r["reason"]) for r in acme.rejects()
    ] == [
        ("3", "2", "line", "2", "1 field, expected 2"),
        ("4", "3", "line", "3,8,7", "3 fields, expected 2"),
        ("7", "5", "score", "x", "not a number"),
    ]


def test_lines_are_those_of_each_file(acme):
    acme.put("data/a.csv", 'id,score\n"1\n\n1",9\n2,x\n')
    acme.put("data/b.csv", "\nid,score\n3,y\n\n4,z\n")
    acme.source(**{"from": "data/*.csv"}, columns=BASE)
    acme.build()
    assert [(r["file"], r["line"], r["record"], r["value"]) for r in acme.rejects()] == [
        ("data/a.csv", "5", "2", "x"), ("data/b.csv", "3", "3", "y"), ("data/b.csv", "5", "4", "z"),
    ]  # fmt: skip


def test_formulas_are_defused_in_the_list_of_rejects(acme):
    cells = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@sum", "a\nb", "x" * 300]
    rows = "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells))
    acme.put("s.csv", "id,score\n" + rows)
    acme.source(**{"from": "s.csv"}, columns=BASE)
    acme.build()
    assert [r["value"] for r in acme.rejects()] == [
        "'=cmd|' /C calc'!A0", "'+1+1", "-2", "'@sum", "a b", "x" * 200,
    ]  # fmt: skip


def test_the_list_goes_when_nothing_is_rejected_any_more(acme):
    acme.put("s.csv", "id,score\n1,x\n")
    acme.source(**{"from": "s.csv"}, columns=BASE)
    assert acme.account().empty
    assert acme.rejects()
    acme.put("s.csv", "id,score\n1,10\n")
    acme.build()
    assert not (acme.folder / "store/rejects/s.csv").exists()


def test_of_very_many_ragged_lines_the_list_says_how_many_it_shows(acme):
    acme.put("s.csv", "id,score\n1,9\n" + "ragged\n" * 1500)
    acme.source(**{"from": "s.csv"}, columns=BASE)
    account = acme.account()
    assert account.rejected_records == 1500
    assert len(acme.rejects()) == 1000
    assert account.notes == (
        "of 1,500 records that could not be read the rejects list the first 1,000",
    )


def test_foreign_touchpoints_are_noted(acme):
    acme.touchpoints("shop")
    acme.put("s.csv", "id,score,at\n1,9,shop\n2,8,shp\n3,7,\n")
    acme.source(**{"from": "s.csv"}, columns={**BASE, "touchpoint": "at"})
    assert acme.account().notes == ("touchpoint 'shp' is not in the plan (1 record)",)
    assert acme.rows("kind") == ["transactional", "transactional", "relationship"]
