"""Expressions: what a file of text may compute, what fails in a row, and what fails at once."""

from __future__ import annotations

import pytest

from milepost.errors import PlanError

BASE = {"answered_at": "= make_date(2024, 5, day::int)"}


def mapped(acme, content, **keys):
    acme.put("s.csv", content)
    acme.source(**{"from": "s.csv"}, **{"columns": BASE, **keys})
    return acme.account()


def test_a_cast_that_fails_rejects_the_record_with_what_it_was_given(acme):
    account = mapped(acme, "day,score\n1,9\n32,8\nx,7\n,6\n3.0,5\n")
    assert account.rows == 2
    assert acme.reasons() == [
        ("3", "answered_at", "day=32", "cannot be computed"),
        ("4", "answered_at", "day=x", "cannot be computed"),
        ("5", "answered_at", "", "blank"),
    ]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("score > 6", [9, 7]),
        ("score > 6.5 and n < 0.5", [9]),
        ("score in (9, 5)", [9, 5]),
        ("score = '9'", [9]),
        ("score between 5 and 7", [7, 5]),
        ("n * 2 > 1", [7]),
        ("n = 0.42", [9]),
        ("coalesce(n, 0) < 1", [9, 5]),
        ("(n)::double > 0", [9, 7]),
        ("n is null", [5]),
    ],
)
def test_text_is_a_number_where_only_a_number_makes_sense(acme, where, kept):
    account = mapped(acme, "day,score,n\n1,9,0.42\n2,7,10\n3,5,\n", where=where)
    assert acme.rows("score") == kept
    assert account.excluded == 3 - len(kept)  # NULL is excluded


def test_failing_expressions_may_share_what_fails(acme):
    """What two of them have in common must not fail for the whole source."""
    mapped(
        acme, "day,score\n1,9\nx,7\n3,x\n", where="day::int > 0 or score > 100",
        attributes={"week": "= day::int // 7", "next": "= day::int + 1"},
    )  # fmt: skip
    assert acme.rows("score, week, next") == [(9, "0", "2")]
    assert [r["line"] for r in acme.rejects()] == ["3", "4"]


def test_a_condition_that_cannot_be_computed_rejects(acme):
    account = mapped(acme, "day,score\n1,9\n2,Blank\n3,2\n", where="score > 5")
    assert (account.excluded, account.rejected_records, account.mapped) == (1, 1, 1)
    assert acme.reasons() == [("3", "where", "", "the condition cannot be computed")]


def test_what_is_excluded_is_never_rejected(acme):
    account = mapped(acme, "day,score\n99,1\n1,9\n", where="score > 5")
    assert (account.excluded, account.rejected_records) == (1, 0)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"where": "score || 'x'"}, "where: gives VARCHAR, expected a condition"),
        ({"attributes": {"a": "= to_days(score)"}}, "a: cannot be computed (No function matches"),
        ({"attributes": {"a": "= score > make_date(2024, 1, 1)"}}, "cast what it is made from"),
        ({"attributes": {"a": "= regexp_matches(score, '(')"}}, "a: cannot be computed (missing )"),
        (
            {"attributes": {"a": "= scor + 1"}},
            "column 'scor' is not in s.csv; did you mean 'score'?",
        ),
        ({"expect": [{"name": "e", "that": "score + 1"}]}, "that: gives DOUBLE"),
    ],
)
def test_what_can_never_be_computed_is_a_mistake_of_the_plan(acme, keys, said):
    acme.put("s.csv", "day,score\n1,9\n")
    acme.source(**{"from": "s.csv"}, columns=BASE, **keys)
    line = acme.misfit()
    assert said in line
    assert len(line) < 250


def test_mistakes_of_all_sources_come_together(acme):
    acme.put("s.csv", "day,score\n1,9\n")
    for name in ("a", "b"):
        acme.source(name, **{"from": "s.csv"}, columns={"answered_at": "nothing"})
    with pytest.raises(PlanError) as caught:
        acme.build()
    assert len(caught.value.findings) == 2
    assert not (acme.folder / "store/facts/CURRENT.json").exists()


ODD = [
    "_record",
    "select",
    "a.b",
    "=x",
    "a'b",
    'q"t',
    "semi;colon",
    "two words",
    "Ünï😀",
    "new\nline",
    "_bad",
]


def test_any_column_name_can_be_mapped(acme):
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in ODD)
    acme.put("s.csv", f"day,score,{quoted}\n1,9,{','.join(str(n) for n in range(len(ODD)))}\n")
    bare = {name: name for name in ODD if name not in ("=x", "_record")}
    written = {**bare, "=x": '= "=x"', "_record": "_record_2"}
    acme.source(
        **{"from": "s.csv"}, columns=BASE,
        attributes={f"a{n}": written[name] for n, name in enumerate(ODD)},
    )  # fmt: skip
    acme.build()
    columns = ", ".join(f"a{n}" for n in range(len(ODD)))
    assert acme.rows(columns) == [tuple(str(n) for n in range(len(ODD)))]


ATTRIBUTES = [
    "it's",
    'say "x"',
    "a;b -- c",
    "=1+1",
    "Ünï😀",
    "tab\there",
    "two\nlines",
    "$$x$$",
    "{}",
]


def test_any_text_can_be_a_value_a_label_or_a_code(acme):
    lines = "".join(
        f'{n + 1},9,"{text.replace(chr(34), chr(34) * 2)}"\n' for n, text in enumerate(ATTRIBUTES)
    )
    acme.put("s.csv", "day,score,v\n" + lines)
    acme.source(
        **{"from": "s.csv"}, columns=BASE, attributes={"v": "v", "w": "v"},
        values={"w": {text: f"<{text}>" for text in ATTRIBUTES}},
        questions=[
            {"name": "q", "type": "nps", "score": "score", "missing": ATTRIBUTES},
            {"name": "p", "type": "nps", "score": "v", "missing": ATTRIBUTES[:-1],
             "labels": {ATTRIBUTES[-1]: "3"}},
        ],
    )  # fmt: skip
    acme.build()
    assert acme.rows("v", order="question DESC, _record")[: len(ATTRIBUTES)] == ATTRIBUTES
    assert acme.rows("w", order="question DESC, _record")[0] == f"<{ATTRIBUTES[0]}>"
    assert acme.rows("score", order="question, _record")[0] == 3
