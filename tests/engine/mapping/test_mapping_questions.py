"""From a wide survey file to answers: each used, blank, excluded or rejected, and counted."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DAY = "= make_date(2024, 5, 1)"


def ask(acme, content, *, columns=None, name="s.csv", **question):
    acme.put(name, content)
    asked = {"name": "q", "type": "nps", "score": "score", **question}
    acme.source(
        **{"from": name}, columns={"answered_at": DAY, **(columns or {})}, questions=[asked]
    )
    (account,) = acme.account().questions
    return account


def test_codes_for_missing_are_not_answers(acme):
    found = ask(acme, 'score\n10\n11\n" "\nBlank\n0\n', missing=["11", "", "Blank"])
    assert (found.mapped, found.used) == (5, 2)
    assert found.not_answered == {"(blank)": 1, "11": 1, "Blank": 1}
    assert acme.rows("score") == [10.0, 0.0]


def test_a_score_off_the_scale_is_rejected_not_missing(acme):
    found = ask(acme, "score\n11\n-1\n1e308\nten\n9.5\n1e1\n7\n")
    assert {r.reason: r.count for r in found.rejected} == {
        "not on the scale 0-10": 2, "not a number": 2, "not a whole number": 1,
    }  # fmt: skip
    assert acme.rows("score") == [10.0, 7.0]
    assert acme.reasons()[0] == ("2", "score", "11", "not on the scale 0-10")


@pytest.mark.parametrize(("written", "score"), [("VERY easy", 5), (" hard ", 1), ("3", 3)])
def test_labels_whatever_their_case(acme, written, score):
    ask(
        acme, f"score\n\"{written}\"\n", type="ease", scale=[1, 5], good="high",
        labels={"Very Easy": "5", "Hard": "1"},
    )  # fmt: skip
    assert acme.rows("score") == [score]


@pytest.mark.parametrize(
    ("type_", "written", "scores"),
    [
        ("thumbs", "up\nDown\nYES\n👎\n1", [1, 0, 1, 0, 1]),
        ("pmf", "Very disappointed\nnot disappointed\n2", [3, 1, 2]),
        ("task", "yes\nNo\ntrue", [1, 0, 1]),
    ],
)
def test_words_of_a_type_are_scores(acme, type_, written, scores):
    ask(acme, f"score\n{written}\n", type=type_)
    assert acme.rows("score") == scores


def test_the_plans_own_label_wins_over_the_types_word(acme):
    ask(acme, "score\nYes\nno\n", type="task", labels={"Yes": "0", "no": "1"})
    assert acme.rows("score") == [0, 1]


def test_typed_parquet_scores_match_codes_and_labels(acme):
    table = pa.table({
        "score": pa.array([11.0, 9.0, None, float("nan"), float("inf")]),
        "money": pa.array([11, 7, 6, 5, 4], pa.decimal128(6, 2)),
    })  # fmt: skip
    pq.write_table(table, acme.folder / "s.parquet")
    acme.source(
        **{"from": "s.parquet"}, columns={"answered_at": DAY},
        questions=[
            {"name": "a", "type": "nps", "score": "score", "missing": ["11"]},
            {"name": "b", "type": "nps", "score": "money", "missing": ["11"], "labels": {"7": "8"}},
        ],
    )  # fmt: skip
    first, second = acme.account().questions
    assert first.not_answered == {"11": 1, "(blank)": 1}
    assert sum(r.count for r in first.rejected) == 2
    assert second.not_answered == {"11": 1}
    assert acme.rows("score", order="question, _record") == [9, 8, 6, 5, 4]


def test_answers_in_words_keep_their_text(acme):
    found = ask(
        acme, 'answer\nTo buy\n" "\nwatch\n', type="intent", answer="answer", score=None,
        labels={"watch": "Browse"},
    )  # fmt: skip
    assert (found.used, found.not_answered) == (2, {"(blank)": 1})
    assert acme.rows("answer, score") == [("To buy", None), ("Browse", None)]


def test_a_question_with_a_comment_of_its_own(acme):
    acme.put("s.csv", "a,b,why_a,said\n9,8,good,all\n7,6,,all\n")
    acme.source(
        **{"from": "s.csv"}, columns={"answered_at": DAY, "comment": "said"},
        questions=[
            {"name": "a", "type": "nps", "score": "a", "comment": "why_a"},
            {"name": "b", "type": "nps", "score": "b"},
        ],
    )  # fmt: skip
    acme.build()
    assert acme.rows("question, comment", order="question, _record") == [
        ("a", "good"), ("a", None), ("b", "all"), ("b", "all"),
    ]  # fmt: skip


LONG = "id,what,score\n1,nps,9\n1,ease,4\n1,nps,3\n2,nps,10\n2,ease,9\n3,other,1\n"


def test_a_long_file_with_one_answer_a_line(acme):
    """The second answer of response 1 to one question is a repeat; the first is kept."""
    acme.put("s.csv", LONG)
    acme.source(
        **{"from": "s.csv"}, columns={"response_id": "id", "answered_at": DAY},
        questions=[
            {"name": "n", "type": "nps", "score": "score", "where": "what = 'nps'"},
            {"name": "e", "type": "ease", "score": "score", "scale": [1, 5], "good": "high",
             "where": "what = 'ease'"},
        ],
    )  # fmt: skip
    nps, ease = acme.account().questions
    assert (nps.mapped, nps.used, nps.excluded) == (6, 2, 3)
    assert (ease.used, ease.excluded) == (1, 4)
    assert acme.rows("question, response_id, score", order="question, _record") == [
        ("e", "1", 4), ("n", "1", 9), ("n", "2", 10),
    ]  # fmt: skip
    assert [(r["line"], r["question"], r["reason"]) for r in acme.rejects()] == [
        ("4", "n", "a second answer with this response_id"),
        ("6", "e", "not on the scale 1-5"),
    ]


def test_an_expression_that_fails_rejects_its_answer_only(acme):
    acme.put("s.csv", "a,b\n9,8\nx,7\n6,5\n")
    acme.source(
        **{"from": "s.csv"}, columns={"answered_at": DAY},
        questions=[
            {"name": "a", "type": "nps", "score": "= a::int"},
            {"name": "b", "type": "nps", "score": "b", "where": "a > 7"},
        ],
    )  # fmt: skip
    first, second = acme.account().questions
    assert (first.used, second.used, second.excluded) == (2, 1, 1)
    assert [(r["line"], r["question"], r["value"], r["reason"]) for r in acme.rejects()] == [
        ("3", "a", "a=x", "cannot be computed"), ("3", "b", "a=x", "cannot be computed"),
    ]  # fmt: skip


def test_what_an_answer_carries(acme):
    acme.touchpoints("shop")
    acme.put("s.csv", "id,score,city\n7,9,Århus\n")
    acme.source(
        **{"from": "s.csv"},
        columns={"response_id": "id", "answered_at": DAY, "customer_id": "id"},
        attributes={"city": "city"},
        questions=[
            {"name": "n", "type": "nps", "score": "score"},
            {"name": "e", "type": "ease", "score": "score", "scale": [1, 9], "good": "low",
             "touchpoint": "shop"},
            {"name": "h", "type": "enps", "score": "score"},
        ],
    )  # fmt: skip
    acme.build()
    shown = "question, question_type, scale, good, touchpoint, kind, audience, city, day, _source"
    day = datetime.date(2024, 5, 1)
    assert acme.rows(shown, order="question") == [
        ("e", "ease", "1-9", "low", "shop", "transactional", "customer", "Århus", day, "s"),
        ("h", "enps", "0-10", "high", None, "relationship", "employee", "Århus", day, "s"),
        ("n", "nps", "0-10", "high", None, "relationship", "customer", "Århus", day, "s"),
    ]


def test_a_decimal_comma_among_labels_and_codes(acme):
    ask(
        acme, 'score\n"4,5"\nTop\n99\n', type="stars", labels={"top": "5"}, missing=["99"],
    )  # fmt: skip
    assert acme.rows("score") == [4.5, 5]


def test_invited_and_weights_are_in_the_account(acme):
    acme.put("s.csv", "score,w\n9,1.5\n8,\n7,-1\n")
    acme.source(**{"from": "s.csv"}, columns={"answered_at": DAY, "weight": "w"}, invited=40)
    account = acme.account()
    assert (account.invited, account.weighted, account.rows) == (40, True, 1)
    assert {(r.column, r.reason) for r in account.rejected} == {
        ("weight", "blank"), ("weight", "a weight below zero"),
    }  # fmt: skip
    assert acme.rows("weight") == [1.5]


def test_a_survey_of_many_questions(acme):
    """Beyond twenty they are read in parts; nothing shows of that."""
    names = [f"q{n}" for n in range(45)]
    acme.put("s.csv", ",".join(names) + "\n" + ",".join("9" * 45) + "\n" + "x," * 44 + "1\n")
    acme.source(
        **{"from": "s.csv"}, columns={"answered_at": DAY}, attributes={"first": "q0"},
        questions=[{"name": name, "type": "nps", "score": name} for name in names],
    )  # fmt: skip
    questions = acme.account().questions
    assert [q.used for q in questions] == [1] * 44 + [2]
    assert len(acme.rejects()) == 44
    assert acme.rows("first", order="question, _record")[-1] == "9"


def test_not_a_number_in_parquet_is_rejected_where_no_other_value_is_out_of_bounds(acme):
    table = pa.table({"score": pa.array([9.0, float("nan"), 3.0])})
    pq.write_table(table, acme.folder / "s.parquet")
    acme.source(
        **{"from": "s.parquet"}, columns={"answered_at": DAY},
        questions=[{"name": "a", "type": "nps", "score": "score"}],
    )  # fmt: skip
    (asked,) = acme.account().questions
    assert sum(r.count for r in asked.rejected) == 1
    assert acme.rows("score", order="_record") == [9, 3]
