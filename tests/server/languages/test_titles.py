"""Metrics are called by their names in the reader's language; what a plan makes up stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.definition import BoxesOn
from milepost.insight.sentences import ENDS_EARLY, LEFT_OUT, RECORDS_REJECTED, SENTENCES
from milepost.metrics.boxes import Boxes
from milepost.metrics.catalogue import CATALOGUE, FAMILIES
from milepost.metrics.definition import Metric
from milepost.metrics.own import with_parameters
from milepost.server.templatetags.telling import figure, method, sentence
from milepost.server.titles import defined, titled
from milepost.server.words import METHODS
from tests.server.seeing.looking import look

LANGUAGES = ("da", "zh-hans")
ENGLISH = re.compile(r"[A-Za-z]+")
# What the field calls so in every language: abbreviations and names.
KEPT = re.compile(
    r"\b(?:NPS|eNPS|CSAT|ESAT|CES|PMF|GRR|NRR|CAC|DAU|MAU|ASA|AHT|NES|K|P90|Net Promoter Score"
    r"|Customer Effort Score|Net Easy Score|Net Easy|Product-market fit|Stickiness|Share of voice|Voice)\b"
)


def stated(text: str) -> list[str]:
    """The numbers that a plan put in; `1st` is none."""
    return sorted(number for number in re.findall(r"\d+", text) if int(number) > 40)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_and_label_reads_otherwise_than_in_english(language: str) -> None:
    same = set()
    with override(language):
        for metric in CATALOGUE:
            for text in (metric.title, metric.label):
                if titled(text) == text and ENGLISH.search(KEPT.sub("", text)):
                    same.add(text)
    assert same == set()


def test_a_chinese_title_has_no_english_word_left() -> None:
    with override("zh-hans"):
        said = [titled(text) for metric in CATALOGUE for text in (metric.title, metric.label)]
    assert [text for text in said if ENGLISH.search(KEPT.sub("", text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_definition_is_told_in_the_readers_language_with_all_its_numbers(
    language: str,
) -> None:
    with override(language):
        for metric in CATALOGUE:
            names = {name: 41 + n for n, name in enumerate(metric.parameters)}
            for one in (metric, with_parameters(metric, names)):
                said = defined(one.words)
                assert said != one.words, one.name
                # A decimal comma, or a word for a number, is no other number.
                assert stated(said) == stated(one.words), one.name


@pytest.mark.parametrize("text", ["", "Ours", "The share of 5 in {0}", "50 % %(n)s"])
def test_a_plans_own_definition_is_shown_as_it_is_written(text: str) -> None:
    for language in LANGUAGES:
        with override(language):
            assert defined(text) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_titles_of_a_family_are_told_apart_in_every_language(language: str) -> None:
    with override(language):
        for family in FAMILIES:
            titles = [titled(metric.title) for metric in family.metrics]
            assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", [m for m in CATALOGUE if m.parameters], ids=lambda m: m.name)
def test_a_title_says_the_numbers_that_a_plan_puts_in(metric: Metric, language: str) -> None:
    told = with_parameters(metric, {name: 41 + n for n, name in enumerate(metric.parameters)})
    with override(language):
        for text in (told.title, told.label):
            assert titled(text) != text
            assert stated(titled(text)) == stated(text)


@pytest.mark.parametrize(
    ("text", "danish", "chinese"),
    [
        ("Repeat purchase rate within 90 days", "Genkøbsrate inden for 90 dage", "90 天内复购率"),
        ("Net Promoter Score", "Net Promoter Score", "净推荐值（NPS）"),
        ("Reorders, 30d", "Genbestiller, 30 dage", "再次下单, 30 天"),
        ("Reorders, 13 weeks", "Genbestiller, 13 uger", "再次下单, 13 周"),
        ("Ease, top boxes (calm)", "Lethed, topbokse (calm)", "容易程度，高分档 (calm)"),
    ],
)
def test_titles_read_as_the_field_says_them(text: str, danish: str, chinese: str) -> None:
    for language, said in (("en", text), ("da", danish), ("zh-hans", chinese)):
        with override(language):
            assert titled(text) == said


@pytest.mark.parametrize("text", ["", "Save", "Settings", "Home", "Orders {0} of 5", "50 % %(n)s"])
def test_a_plans_own_title_is_shown_as_it_is_written(text: str) -> None:
    for language in LANGUAGES:
        with override(language):
            assert titled(text) == text


@given(st.text(max_size=40))
def test_no_title_is_too_odd_to_be_shown(text: str) -> None:
    with override("da"):
        assert bool(titled(text)) == bool(text)
        assert sentence(text) == text


@pytest.mark.parametrize("form", SENTENCES)
def test_what_is_told_beside_numbers_keeps_what_was_filled_in(form: str) -> None:
    holes = dict.fromkeys(re.findall(r"\{(\w+)\}", form))
    filled = {hole: f"the {hole} x" for hole in holes}
    with override("da"):
        said = sentence(form.format(**filled))
    assert said != form.format(**filled)
    assert [text for text in filled.values() if text not in said] == []


def test_figures_and_periods_of_a_sentence_are_of_the_language() -> None:
    rejected = RECORDS_REJECTED.format(lost="1,234", of="5,678", source="a.b", share="21.7\u00a0%")
    early = ENDS_EARLY.format(fact="orders", last="2026-10-20", missing=11, period="October 2026")
    with override("da"):
        assert sentence(rejected).startswith("1.234 af 5.678 poster i 'a.b' blev afvist")
        assert "11 dage før oktober 2026 slutter" in sentence(early)
        assert sentence(LEFT_OUT.format(metrics="nps, csat")).endswith(": nps, csat")


def test_boxes_are_told_in_the_readers_language() -> None:
    with override("da"):
        told = {
            good: sentence(str(BoxesOn((1, 5), good, Boxes(top=(4, 5), bottom=(1, 2)))))
            for good in ("high", "low", "neither")
        }
    assert told == {
        "high": "1-5: top 4-5, bund 1-2",
        "low": "1-5 (lav er god): top 4-5, bund 1-2",
        "neither": "1-5 (ingen af delene er god): top 4-5, bund 1-2",
    }


def test_methods_of_intervals_are_put_together_of_known_words() -> None:
    folder = Path(__file__).parents[3] / "src" / "milepost" / "metrics"
    sources = "".join((folder / f"{n}.py").read_text() for n in ("estimators", "quantile", "amounts"))  # fmt: skip
    assert [word for word in METHODS if word not in sources] == []
    with override("da"):
        assert method("adjusted Wald, cluster-robust") == "justeret Wald, klyngerobust"
        assert method(None) == ""


def test_a_length_of_time_is_told_in_the_readers_units() -> None:
    for language, said in (
        ("en", "2.0\u202fh"),
        ("da", "2,0\u202ft"),
        ("zh-hans", "2.0\u202f小时"),
    ):
        with override(language):
            assert figure(7_300, "seconds") == said


OWN = """
metrics:
  - {name: sure, title: Settings, fact: responses, share: score >= 9}
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    ("language", "title", "label", "word"),
    [
        ("da", "Net Promoter Score", "Sandsynlighed for at anbefale, gennemsnit", "justeret Wald"),
        ("zh-hans", "净推荐值（NPS）", "推荐可能性，均值", "调整 Wald"),
    ],
)  # fmt: skip
def test_pages_call_metrics_as_their_reader_does_and_a_plans_own_as_the_plan_does(
    planned: Callable[..., object], signed_in: Callable[[str], Client], tmp_path: Path,
    language: str, title: str, label: str, word: str,
) -> None:  # fmt: skip
    planned()
    plan = tmp_path / "milepost.yaml"
    plan.write_text(plan.read_text() + OWN)
    client = signed_in("administrator")

    def shown(path: str) -> str:
        return str(look(client, path, headers={"accept-language": language}).content.decode())

    listed = shown("/metric")
    assert f"<bdi>{title}</bdi>" in listed
    assert f"<bdi>{label}</bdi>" in listed
    assert "<bdi>Settings</bdi>" in listed
    assert "Likelihood to recommend" not in listed
    one = shown("/metric/nps?touchpoint=web")
    assert f"<h1><bdi>{title}</bdi></h1>" in one
    assert word in one
    assert "Share of promoters" not in one + listed
    assert f">{title}</option>" in shown("/compare")
    assert title in shown("/")
    assert "<h1><bdi>Settings</bdi></h1>" in shown("/metric/sure")
