"""What is counted, exactly: distinct people, whole periods, sources that know, and one family."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from milepost.engine import answer as engine_answer
from milepost.errors import PlanError, QuestionError, UnknownName
from tests.insight.company import answers, company, project

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))
JOURNEY = "journeys: [{name: j, touchpoints: [{name: web}, {name: desk}]}]\n"

pytestmark = pytest.mark.usefixtures("now")


def mails(count: int, *, answered: int, place: str = "") -> list[dict[str, object]]:
    return [
        {
            "id": f"{place}{n}", "who": f"c{n}", "sent": "2026-10-05", "place": place,
            "back": "2026-10-06" if n < answered else "",
        }
        for n in range(count)
    ]  # fmt: skip


INVITED = """
sources:
  - name: mails
    fact: invitations
    from: mails.csv
    columns: {invitation_id: id, customer_id: who, sent_at: sent, answered_at: back, touchpoint: place}
"""


def test_the_company_counts_each_customer_once(tmp_path: Path) -> None:
    """The same 60 customers were asked at two touchpoints: 120 invitations of 60 people."""
    rows = mails(60, answered=30, place="web") + mails(60, answered=30, place="desk")
    plan = project(tmp_path, {"mails.csv": rows}, JOURNEY + INVITED)
    whole, web, desk = plan.measure("response_rate").cells
    assert (whole.touchpoint, whole.n, whole.respondents, whole.value) == (None, 120, 60, 50)
    assert [(cell.n, cell.respondents) for cell in (web, desk)] == [(60, 60), (60, 60)]
    # Who answers one answers the other: 120 rows are worth 60.
    assert whole.n_eff == pytest.approx(60, rel=0.25)
    assert whole.method == "Wilson, cluster-robust"


def test_what_a_source_does_not_know_is_not_zero(tmp_path: Path) -> None:
    files = {"mails.csv": mails(50, answered=20), "more.csv": mails(70, answered=0)}
    more = (
        "  - {name: more, fact: invitations, from: more.csv,"
        " columns: {invitation_id: id, sent_at: sent}}\n"
    )
    plan = project(tmp_path, files, INVITED + more)
    (cell,) = plan.measure("response_rate").cells
    assert (cell.n, cell.value) == (50, 40)
    with pytest.raises(QuestionError, match="no source brings invitations with answered_at and co"):
        plan.measure("completion_rate")


def test_a_response_is_counted_once_however_many_questions_it_has(tmp_path: Path) -> None:
    rows = [
        {"id": n, "who": f"c{n}", "day": "2026-10-05", "nps": 9, "web": 4, "desk": 5,
         "text": "well" if n < 25 else ""}
        for n in range(100)
    ]  # fmt: skip
    plan = project(tmp_path, {"survey.csv": rows}, JOURNEY + """
sources:
  - name: survey
    fact: responses
    from: survey.csv
    columns: {response_id: id, customer_id: who, answered_at: day, comment: text}
    questions:
      - {name: r, type: nps, score: nps}
      - {name: w, type: csat, score: web, scale: [1, 5], touchpoint: web}
      - {name: d, type: csat, score: desk, scale: [1, 5], touchpoint: desk}
""")  # fmt: skip
    found = {c.touchpoint: (c.n, c.value) for c in plan.measure("comment_share").cells}
    assert found == {None: (100, 25), "web": (100, 25), "desk": (100, 25)}
    (cell, *_) = plan.measure("comment_share", where="question = 'w'").cells
    assert cell.n == 100
    (cell, *_) = plan.measure("comment_share", where="customer_id < 'c2'").cells
    assert cell.n == 12


def test_a_comment_of_a_small_anonymous_group_is_not_told(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 30) + answers(OCTOBER, [3] * 3, country="SE")
    plan = company(tmp_path, rows, anonymous=True, min_group=5,
                   source="    # no comment is mapped")  # fmt: skip
    with pytest.raises(QuestionError, match="with comment"):
        plan.measure("comment_share", by="country")


def intents(when: str, reasons: Mapping[str, int], country: str) -> list[dict[str, object]]:
    return [
        {"id": f"{when}{country}{reason}{n}", "day": when, "why": reason, "country": country}
        for reason, count in reasons.items()
        for n in range(count)
    ]


INTENT = """
sources:
  - name: visits
    fact: responses
    from: visits.csv
    columns: {response_id: id, answered_at: day}
    attributes: {country: country}
    questions: [{name: why, type: intent, answer: why}]
"""


def test_a_reason_that_nobody_gave_is_none_of_so_many(tmp_path: Path) -> None:
    rows = intents("2026-09-05", {"buy": 40, "look": 60}, "DK")
    rows += intents("2026-10-05", {"look": 90, "help": 10}, "DK")
    plan = project(tmp_path, {"visits.csv": rows}, INTENT)
    october = {c.by["answer"]: c for c in plan.measure("visitor_intent").cells}
    assert {name: (c.value, c.n) for name, c in october.items()} == {
        "buy": (0, 100), "help": (10, 100), "look": (90, 100)
    }  # fmt: skip
    assert (october["buy"].against.change, october["buy"].verdict) == (-40, "lower")
    assert october["buy"].method == "Goodman"


def test_a_reason_is_compared_with_itself_among_the_others(tmp_path: Path) -> None:
    rows = intents("2026-10-05", {"buy": 30, "look": 70}, "DK")
    rows += intents("2026-10-05", {"buy": 120, "look": 80}, "SE")
    plan = project(tmp_path, {"visits.csv": rows}, INTENT)
    found = plan.measure("visitor_intent", by="country", against="rest").cells
    told = {(c.by["country"], c.by["answer"]): (c.value, c.against.value) for c in found}
    assert told["DK", "buy"] == (30, 60)
    assert told["SE", "look"] == (40, 70)


def test_pooled_numbers_say_so(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 40, touchpoint="web") + answers(OCTOBER, [3] * 40)
    plan = company(tmp_path, rows, top="targets: {nps: 50}")
    (cell,) = plan.measure("nps", pooled=True).cells
    assert (cell.pooled, cell.n, cell.target) == (True, 80, None)
    assert "pooled" in plan.measure("nps", pooled=True).table()
    with pytest.raises(QuestionError, match="leave out --touchpoint"):
        plan.measure("nps", pooled=True, touchpoint="web")


def test_different_scales_are_not_pooled(tmp_path: Path) -> None:
    rows = [{"id": n, "day": "2026-10-05", "a": 4, "b": 9} for n in range(40)]
    plan = project(tmp_path, {"s.csv": rows}, JOURNEY + """
sources:
  - name: s
    fact: responses
    from: s.csv
    columns: {response_id: id, answered_at: day}
    questions:
      - {name: w, type: csat, score: a, scale: [1, 5], touchpoint: web}
      - {name: d, type: csat, score: b, scale: [1, 10], touchpoint: desk}
""")  # fmt: skip
    web, desk = plan.measure("csat_mean").cells
    assert (web.value, web.high, desk.value) == (4, pytest.approx(4.05, abs=0.01), 9)
    with pytest.raises(QuestionError, match=r"asked on different scales, 1-10 .* 1-5"):
        plan.measure("csat_mean", pooled=True)


def test_all_metrics_of_a_question_are_one_family(tmp_path: Path) -> None:
    rows = [
        r for country in ("DK", "SE") for month in (SEPTEMBER, OCTOBER)
        for r in answers(month, [9, 3, 7, 10] * 20, country=country)
    ]  # fmt: skip
    plan = company(tmp_path, rows)
    cells = plan.measure(["nps", "nps_mean"], by="country").cells
    assert {cell.against.family for cell in cells} == {4}


def test_weights_of_some_sources_only_are_told(tmp_path: Path) -> None:
    rows = [{"id": n, "day": "2026-10-05", "s": 9, "c": 4, "w": 2.5} for n in range(40)]
    head = "sources:\n"
    one = (
        "  - {{name: {name}, fact: responses, from: s.csv,"
        " columns: {{response_id: id, answered_at: day{weight}}},"
        " questions: [{{name: q, type: {type}, score: {column}{scale}}}]}}\n"
    )
    first = one.format(name="a", weight=", weight: w", type="nps", column="s", scale="")
    second = one.format(name="b", weight="", type="nps", column="s", scale="")
    third = one.format(name="c", weight="", type="csat", column="c", scale=", scale: [1, 5]")
    plan = project(tmp_path, {"s.csv": rows}, head + first + second + third)
    answer = plan.measure(["nps", "csat"])
    assert {cell.metric: cell.weighted for cell in answer.cells} == {"nps": True, "csat": False}
    (note,) = answer.notes
    assert "answers of b count 1 each beside the weighted ones" in note
    assert answer.to_data()["notes"] == [note]
    assert "answers of b count 1" in plan.measure().table()
    assert not plan.measure(["nps", "csat"], unweighted=True).notes


def test_a_staff_asked_often_is_no_larger_staff(tmp_path: Path) -> None:
    """Ten pulses of the same 60 of 500: what is missing of ten times 500 answers is not known."""
    rows = [
        row
        for month in range(1, 11)
        for row in answers(date(2026, month, 1), [9, 3, 7, 10] * 15, customers=range(60))
    ]
    rows = [(n, *row[1:]) for n, row in enumerate(rows)]
    plan = company(tmp_path, rows, type="enps", company=", headcount: {total: 500}")
    few = company(tmp_path, rows, type="enps")
    (wide,), (narrow,) = (p.measure("enps", every="all").cells for p in (few, plan))
    assert (narrow.n, narrow.respondents) == (600, 60)
    assert narrow.n_eff == wide.n_eff


def test_more_people_than_the_headcount_are_another_population(tmp_path: Path) -> None:
    plan = company(tmp_path, answers(OCTOBER, [9, 3] * 30), type="enps",
                   company=", headcount: {total: 50}")  # fmt: skip
    (cell,) = plan.measure("enps").cells
    assert cell.n_eff == cell.n == 60


def test_who_passed_by_any_fact_of_what_customers_did(tmp_path: Path) -> None:
    files = {
        "orders.csv": [
            {"id": n, "who": f"c{n % 30}", "at": "2026-10-05", "sum": 5, "place": "web"}
            for n in range(45)
        ],
        "survey.csv": [
            {"id": n, "who": f"c{n}", "day": "2026-10-06", "s": 4, "place": "web"}
            for n in range(20)
        ],
    }
    plan = project(tmp_path, files, JOURNEY + """
sources:
  - name: orders
    fact: orders
    from: orders.csv
    columns: {order_id: id, customer_id: who, ordered_at: at, amount: sum, touchpoint: place}
  - name: survey
    fact: responses
    from: survey.csv
    columns: {response_id: id, customer_id: who, answered_at: day, touchpoint: place}
    questions: [{name: q, type: csat, score: s, scale: [1, 5]}]
""")  # fmt: skip
    card = plan.measure().scorecard
    assert card
    flow = {stop.name: (stop.flow.passed, stop.flow.answered) for stop in card.stops}
    assert flow["web"] == (30, 20)
    assert flow["desk"] == (None, None)


def test_a_small_number_of_anonymous_people_who_answered_is_not_told(tmp_path: Path) -> None:
    rows = answers(OCTOBER, [9] * 40) + answers(OCTOBER, [3] * 3, touchpoint="desk")
    card = company(tmp_path, rows, anonymous=True, min_group=5).measure().scorecard
    assert card
    assert {stop.name: stop.flow.answered for stop in card.stops}["desk"] is None


def test_a_signal_without_answers_is_not_missing_too(tmp_path: Path) -> None:
    web = ", perception: [nps], interaction: [response_rate]"
    rows = answers(SEPTEMBER, [9] * 40, touchpoint="web") + answers(OCTOBER, [3] * 40)
    card = company(tmp_path, rows, web=web).measure().scorecard
    assert card
    stop = next(stop for stop in card.stops if stop.name == "web")
    assert [(line.metric, line.cell, line.brought) for line in stop.lines] == [
        ("nps", None, True), ("response_rate", None, False)
    ]  # fmt: skip
    assert stop.gaps == ("interaction", "outcome")


LONG = """
sources:
  - name: long
    fact: responses
    from: long.csv
    columns: {response_id: id, answered_at: day, channel: how}
    questions:
      - {name: a, type: esat, score: score, scale: [1, 5], where: item = 'a'}
      - {name: b, type: esat, score: score, scale: [1, 5], where: item = 'b'}
      - {name: c, type: esat, score: score, scale: [1, 5], where: item = 'c'}
"""


def long(people: int) -> list[dict[str, object]]:
    """Three answers of each person, a row an answer, and nobody's name."""
    return [
        {"id": n, "day": "2026-10-05", "item": item, "score": 1 + n % 5, "how": how}
        for n in range(people)
        for item, how in (("a", ""), ("b", "web"), ("c", "app"))
    ]


def test_an_anonymous_response_of_several_rows_is_one_respondent(tmp_path: Path) -> None:
    (cell,) = project(tmp_path, {"long.csv": long(40)}, LONG).measure("esat").cells
    assert (cell.n, cell.respondents, cell.method) == (120, 40, "Wilson, cluster-robust")
    assert cell.n_eff == pytest.approx(40, rel=0.25)
    (few,) = project(tmp_path, {"long.csv": long(4)}, LONG).measure("esat").cells
    assert (few.value, few.n) == (None, None)


@pytest.mark.parametrize("metric", ["esat", "comment_share"])
def test_the_order_of_rows_tells_nothing(tmp_path: Path, metric: str) -> None:
    rows = [{**row, "text": "x" if row["item"] == "a" else ""} for row in long(60)]
    plan = LONG.replace("channel: how", "channel: how, comment: text")
    by = "question" if metric == "esat" else "channel"
    first = project(tmp_path, {"long.csv": rows}, plan).measure(metric, by=by).to_data()["cells"]
    later = project(tmp_path, {"long.csv": rows[::-1]}, plan).measure(metric, by=by)
    assert later.to_data()["cells"] == first


def test_a_response_is_cut_by_its_first_question_alone(tmp_path: Path) -> None:
    rows = [{**row, "text": "x"} for row in long(40)]
    plan = project(
        tmp_path, {"long.csv": rows}, LONG.replace("channel: how", "channel: how, comment: text")
    )
    cells = plan.measure("comment_share", by="channel").cells
    assert [(cell.by, cell.n) for cell in cells] == [({"channel": None}, 40)]
    with pytest.raises(UnknownName, match="segment 'question' is unknown"):
        plan.measure("comment_share", by="question")


def test_weights_elsewhere_change_nothing_here(tmp_path: Path) -> None:
    rows = [
        {"id": n, "day": "2026-10-05", "s": [9, 3, 8][n % 3], "w": 1 + n % 4} for n in range(60)
    ]
    source = (
        "  - {{name: {name}, fact: responses, from: s.csv, columns: {{response_id: id,"
        " answered_at: day{weight}}},"
        " questions: [{{name: q, type: nps, score: s, touchpoint: {point}}}]}}\n"
    )
    web = source.format(name="a", weight="", point="web")
    desk = source.format(name="b", weight=", weight: w", point="desk")
    (alone,) = project(tmp_path, {"s.csv": rows}, JOURNEY + "sources:\n" + web).measure("nps").cells
    both = project(tmp_path, {"s.csv": rows}, JOURNEY + "sources:\n" + web + desk).measure("nps")
    assert (both.cells[0], both.notes) == (alone, ())
    assert both.cells[1].weighted


def test_a_reasons_interval_does_not_depend_on_the_window(tmp_path: Path) -> None:
    rows = intents("2026-08-05", {"x": 10, "y": 10, "z": 10}, "DK")
    rows += intents("2026-09-05", {"buy": 40, "look": 60}, "DK")
    rows += intents("2026-10-05", {"buy": 50, "look": 50}, "DK")
    plan = project(tmp_path, {"visits.csv": rows}, INTENT)
    october = {
        tuple((c.by["answer"], c.low, c.high) for c in found if c.since == OCTOBER)
        for found in (
            plan.measure("visitor_intent").cells,
            plan.measure("visitor_intent", every="month").cells,
            plan.measure("visitor_intent", every="month", since=AUGUST).cells,
        )
    }
    assert len(october) == 1
    assert [name for name, _, _ in october.pop()] == ["buy", "look"]


def test_a_metric_of_many_shares_is_no_signal(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="'visitor_intent' is a share of each answer"):
        company(
            tmp_path, [("1", "c", OCTOBER, 9, "DK", "", 1)], web=", perception: [visitor_intent]"
        )


@pytest.mark.parametrize("metric", ["nps", "nps_mean"])
def test_many_cells_at_once_tell_the_same_by_level(
    tmp_path: Path, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where buckets do not fit all at once, levels are read in stretches, segments by their level."""
    rows = [
        (f"{m}-{n}-{again}", f"c{n}", date(2026, m, 5), [9, 3, 8][n % 3], "DK" if n % 2 else "SE", "", 1)
        for m in (8, 9, 10) for n in range(60) for again in range(2)
    ]  # fmt: skip
    plan = company(tmp_path, rows)
    month, cut = plan.measure(metric, every="month"), plan.measure(metric, by="country")
    monkeypatch.setattr(engine_answer, "MOST_GROUPS", 1)
    assert plan.measure(metric, every="month").cells == month.cells
    wider = plan.measure(metric, by="country").cells
    assert all(cell.method and "design effect of all segments" in cell.method for cell in wider)
    told = [(cell.n_eff, other.n_eff) for cell, other in zip(wider, cut.cells, strict=True)]
    assert told
    assert all(a == pytest.approx(b, rel=0.3) for a, b in told)
