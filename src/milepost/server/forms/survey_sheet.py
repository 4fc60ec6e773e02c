"""A survey's document as the page shows it: every field with its value, its shipped text, its mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from milepost.programs.surveys.errors import Fault
from milepost.programs.surveys.locales import LOCALES, direction, shipped
from milepost.programs.surveys.survey import (
    KINDS,
    LONGEST_OPTION,
    LONGEST_TEXT,
    MOST_FURTHER,
    QUESTION_KINDS,
    RATING_SCALES,
    QuestionKind,
    class_names,
)
from milepost.programs.surveys.survey_types import BY_NAME, SurveyType
from milepost.server.forms.survey_fields import Choice, Field, Question, Row, Thanking, Words
from milepost.server.forms.survey_reading import shipped_text, type_keys

Data = Mapping[str, Any]
_LABELS = {
    "question": _("Question"),
    "low": _("The low end means"),
    "high": _("The high end means"),
    "subject": _("Subject line of the mail"),
    "why.any": _("Follow-up, the same for all"),
    "thanks.any": _("Thanks"),
    "mail.greeting": _("Greeting of the mail"),
    "mail.intro.relationship": _("First lines of the mail, asked at an interval"),
    "mail.intro.transactional": _("First lines of the mail, asked after an event"),
    "mail.intro.employee": _("First lines of the mail"),
}
_WHYS = {
    "by_class": _("Worded by the score given"),
    "same": _("The same for everybody"),
    "none": _("No follow-up"),
}
_ACTIONS = (
    ("none", _("Nothing more")),
    ("referral", _("A personal referral link")),
    ("review", _("A link to a review page")),
)


class Sheet:
    """All that the template of the survey form needs; `faults` are those of `parse`."""

    def __init__(
        self,
        data: Data,
        *,
        zone: str,
        touchpoint: str = "",
        touchpoints: Iterable[str] = (),
        faults: Sequence[Fault] = (),
    ) -> None:
        self.data = data
        self.kind: SurveyType = BY_NAME[data["type"]]
        self.faults = faults
        self._wrong: dict[str, tuple[str, ...]] = {}
        for fault in faults:
            self._wrong[fault.where] = (*self._wrong.get(fault.where, ()), fault.text)
        self.title = self._field("title", data.get("title", ""))
        self.company = self._field("company", data.get("company", ""))
        self.closes_at = self._field("closes_at", _local(data.get("closes_at"), zone))
        self.zone = zone
        self.offered: tuple[str, ...] = tuple(data.get("locales", ("en",)))
        known = dict.fromkeys(each for each in (touchpoint, *sorted(touchpoints)) if each)
        self.touchpoints = tuple(Choice(name, name, name == touchpoint) for name in known)
        self.touchpoint = touchpoint
        self.anonymous = bool(data.get("anonymous"))
        self.call_me = bool(data.get("call_me"))
        self.why = data.get("why") or self.kind.why[0]

    @property
    def languages(self) -> tuple[Choice, ...]:
        """The languages there are, and which are offered."""
        return tuple(Choice(each, _language(each), each in self.offered) for each in LOCALES)

    @property
    def firsts(self) -> tuple[Choice, ...]:
        """Which of them is for whoever wants none of those offered."""
        first = self.offered[0] if self.offered else ""
        return tuple(Choice(each, _language(each), each == first) for each in LOCALES)

    @property
    def whys(self) -> tuple[Choice, ...]:
        """How the follow-up may be asked."""
        return tuple(Choice(each, str(_WHYS[each]), each == self.why) for each in self.kind.why)

    @property
    def asking(self) -> tuple[Words, ...]:
        """The first question's own texts."""
        fixed = () if self.kind.own_options else ("options.",)
        return self._section("question", "low", "high", *fixed)

    @property
    def following(self) -> tuple[Words, ...]:
        """The open questions after it."""
        return self._section("why.")

    @property
    def mailing(self) -> tuple[Words, ...]:
        """The texts of the mail."""
        return self._section("subject", "mail.")

    @property
    def thanking(self) -> tuple[tuple[Words, Thanking], ...]:
        """The thanks, by class, with what is offered beside."""
        words = self._section("thanks.")
        return tuple(zip(words, map(self._thanks, class_names(self.kind)), strict=True))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The options of the first question, where a survey may have its own."""
        if not self.kind.own_options:
            return ()
        names = self.data.get("options") or self.kind.options
        return tuple(
            Row(
                name,
                self._words(
                    f"options.{name}",
                    "texts",
                    self.data.get("texts", {}),
                    label=gettext("Option %(number)s") % {"number": number},
                ),
            )
            for number, name in enumerate(names, 1)
        )

    @property
    def options_wrong(self) -> tuple[str, ...]:
        """What is wrong with the options as a whole."""
        return self._wrong.get("options", ())

    @property
    def mistakes(self) -> tuple[tuple[str, Fault], ...]:
        """Every mistake with the id of the field to mend."""
        return tuple((re.sub(r"(?<=\.when)\..*", "", each.where), each) for each in self.faults)

    @property
    def wrong(self) -> Mapping[str, tuple[str, ...]]:
        """Mistakes by path, for what is no text field."""
        return {key.replace(".", "_"): texts for key, texts in self._wrong.items()}

    @property
    def questions(self) -> tuple[Question, ...]:
        """The further questions."""
        return tuple(
            self._question(number) for number in range(1, len(self.data.get("further", ())) + 1)
        )

    @property
    def kinds(self) -> tuple[QuestionKind, ...]:
        """What may be added; nothing once there are as many as allowed."""
        return QUESTION_KINDS if len(self.data.get("further", ())) < MOST_FURTHER else ()

    def _field(self, path: str, value: object, **more: Any) -> Field:
        return Field(
            path, "" if value is None else str(value), wrong=self._wrong.get(path, ()), **more
        )

    def _section(self, *starts: str) -> tuple[Words, ...]:
        texts = self.data.get("texts", {})
        keys = (key for key in type_keys(self.kind) if key.startswith(starts))
        return tuple(self._words(key, "texts", texts) for key in keys)

    def _words(
        self,
        key: str,
        at: str,
        texts: Mapping[str, Mapping[str, str]],
        *,
        label: str = "",
        usual: str = "",
    ) -> Words:
        shown = label or self._label(key)
        most = LONGEST_OPTION if key.startswith(("options.", "low", "high")) else LONGEST_TEXT
        own = at == "texts"
        return Words(
            key,
            shown,
            tuple(
                self._field(
                    f"{at}.{locale}.{key}",
                    texts.get(locale, {}).get(key, ""),
                    shipped=shipped_text(self.kind, locale, key)
                    if own
                    else shipped(locale).get(usual, ""),
                    lang=locale,
                    language=_language(locale),
                    direction=direction(locale),
                    most=most,
                    label=shown,
                )
                for locale in self.offered
                if locale in LOCALES
            ),
        )

    def _label(self, key: str) -> str:
        stem, _dot, name = key.partition(".")
        if stem == "options":
            return gettext("Answer %(name)s") % {"name": name}
        if key in _LABELS:
            return str(_LABELS[key])
        said = {"why": gettext("Follow-up for %(whom)s"), "thanks": gettext("Thanks for %(whom)s")}[
            stem
        ]
        return said % {"whom": _class_label(self.kind, name)}

    def _thanks(self, name: str) -> Thanking:
        given = self.data.get("thanks", {}).get(name, {})
        chosen = given.get("action", "none")
        return Thanking(
            label=_class_label(self.kind, name),
            action=self._field(f"thanks.{name}.action", chosen),
            actions=tuple(Choice(value, str(label), value == chosen) for value, label in _ACTIONS),
            link=self._field(f"thanks.{name}.link", given.get("link", "")),
        )

    def _question(self, number: int) -> Question:
        data = self.data["further"][number - 1]
        at, kind = f"further[{number}]", KINDS[data["kind"]]
        least, most = data.get("least"), data.get("most")
        if kind.name == "rating" and least is None and most is None:
            least, most = RATING_SCALES[0]
        return Question(
            number=number,
            at=at,
            name=data["name"],
            kind=kind,
            words=tuple(self._question_words(data, at)),
            rows=tuple(
                Row(
                    name,
                    self._words(
                        f"options.{name}",
                        f"{at}.texts",
                        data.get("texts", {}),
                        label=gettext("Option %(number)s") % {"number": place},
                    ),
                )
                for place, name in enumerate(data.get("options", ()), 1)
            ),
            scales=tuple(
                Choice(
                    f"{low}-{high}",
                    gettext("%(low)s to %(high)s") % {"low": low, "high": high},
                    (low, high) == (least, most),
                )
                for low, high in RATING_SCALES
            ),
            least=self._field(f"{at}.least", least),
            most=self._field(f"{at}.most", most),
            required=bool(data.get("required")),
            when=tuple(self._conditions(number)),
            wrong=self._wrong.get(f"{at}.name", ()),
            when_wrong=tuple(
                text
                for path, texts in self._wrong.items()
                if path.startswith(f"{at}.when")
                for text in texts
            ),
            options_wrong=self._wrong.get(f"{at}.options", ()),
        )

    def _question_words(self, data: Data, at: str) -> Iterator[Words]:
        ends = (("low", "csat.low"), ("high", "csat.high")) if data["kind"] == "rating" else ()
        for key, usual in (("question", ""), *ends):
            yield self._words(key, f"{at}.texts", data.get("texts", {}), usual=usual)

    def _conditions(self, number: int) -> Iterator[tuple[str, tuple[Choice, ...]]]:
        """What a question may depend on: the first answer, and every earlier question of choices."""
        when = self.data["further"][number - 1].get("when") or {}
        for name, label, answers in self._answerable(number):
            chosen = when.get("answers", ()) if when.get("question") == name else ()
            yield (
                label,
                tuple(Choice(f"{name}:{value}", said, value in chosen) for value, said in answers),
            )

    def _answerable(self, number: int) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        if self.kind.classes:
            yield (
                "class",
                gettext("The first answer is"),
                [(each, _class_label(self.kind, each)) for each in class_names(self.kind)],
            )
        elif self.rows:
            yield (
                "answer",
                gettext("The first answer is"),
                [(row.name, _said(row.words)) for row in self.rows],
            )
        for place, earlier in enumerate(self.data["further"][: number - 1], 1):
            texts = earlier.get("texts", {}).get(self.offered[0], {}) if self.offered else {}
            answers = [
                (name, texts.get(f"options.{name}") or name) for name in earlier.get("options", ())
            ]
            if (
                earlier["kind"] == "rating"
                and isinstance(earlier.get("least"), int)
                and isinstance(earlier.get("most"), int)
            ):
                answers = [
                    (str(value), str(value))
                    for value in range(earlier["least"], earlier["most"] + 1)
                ]
            if answers:
                yield (
                    earlier["name"],
                    gettext("Question %(number)s, %(text)s")
                    % {"number": place, "text": texts.get("question") or gettext("not worded yet")},
                    answers,
                )


def _class_label(kind: SurveyType, name: str) -> str:
    found = next((each for each in kind.classes if each.name == name), None)
    if found is None:
        return gettext("everybody")
    ends = {"low": found.least, "high": found.most}
    span = str(found.least) if found.least == found.most else gettext("%(low)s to %(high)s") % ends
    return f"{gettext(found.name)} ({span})"


def _said(words: Words) -> str:
    first = next(iter(words.fields), None)
    return (first.value or first.shipped) if first else words.label


def _language(locale: str) -> str:
    return shipped(locale)["language.name"] if locale in LOCALES else locale


def _local(moment: object, zone: str) -> str:
    """A moment of the document as the company's clock shows it; what is none as it stands."""
    if not isinstance(moment, str):
        return ""
    try:
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        return moment
