"""The draft of a first plan: what was said step by step, and the text that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from milepost.insight.trial import Looked
from milepost.plan.editing import parts
from milepost.plan.editing.places import names_in
from milepost.plan.editing.saying import inside
from milepost.plan.editing.splicing import drop, drop_each, read
from milepost.plan.editing.writing import Value
from milepost.plan.model import KINDS, SERVER
from milepost.plan.reading import Place
from milepost.plan.starter import starter
from milepost.server.forms.plan_parts import name_of

_COLLECTED = (("answers", "responses"), ("invitations", "invitations"), ("people", "customers"))
# What 'init' says of a computer's zone does not hold for one that was chosen.
_OF_COMPUTER = ("; of this computer", "; not known here: put your own")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was said so far. `files` are paths with what was decided about each."""

    name: str = ""
    timezone: str = ""
    currency: str = ""
    server: bool = True
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    journey: str = ""
    points: Sequence[tuple[str, str]] = ()
    signals: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether there is anything to measure, so that the way goes on."""
        return bool(self.name) and (self.server or bool(self.files))


def draft_of(document: Mapping[str, Any]) -> Draft:
    """The draft as its row keeps it."""
    known = {key: value for key, value in document.items() if key in Draft.__slots__}
    if "points" in known:
        known["points"] = tuple((name, title) for name, title in known["points"])
    return Draft(**known)


def text_of(draft: Draft, files: Sequence[Looked]) -> str:
    """The plan that a draft makes; `files` are its files as they were understood. Raises EditError."""
    useful = [looked for looked in files if not looked.empty]
    text = useful[0].text if useful else starter(draft.name, timezone=draft.timezone)
    for words in _OF_COMPUTER:
        text = text.replace(words, "", 1)
    text = parts.set_company(text, "name", draft.name)
    text = parts.set_company(text, "timezone", draft.timezone)
    text = parts.set_company(text, "currency", draft.currency or None)
    for looked in useful[1:]:
        text = _joined(text, looked)
    if useful and draft.server:
        for name, fact in _COLLECTED:
            source = {"name": _free(text, name), "fact": fact, "from": SERVER}
            text = parts.add_source(text, source)
    # A blank line before the journeys, as before the other parts.
    return _journey(text, draft).replace("\njourneys:\n", "\n\njourneys:\n", 1)


def _joined(text: str, looked: Looked) -> str:
    """With the source of one more file, and its segments."""
    said = read(looked.text)
    source = inside(said, ("sources", 0))
    if not isinstance(source, dict):
        return text
    name = source.get("name")
    free = _free(text, name if isinstance(name, str) else "source")
    stated = {key: value for key, value in source.items() if value is not None}
    text = parts.add_source(text, cast("dict[str, Value]", {**stated, "name": free}))
    segments = inside(said, ("segments",))
    names = segments if isinstance(segments, list) else []
    return parts.add_segments(text, *(each for each in names if isinstance(each, str)))


def _journey(text: str, draft: Draft) -> str:
    """With the journey that was drawn up in place of the guessed one."""
    text = drop(text, ("journeys",))
    text = _without_strays(text, {name for name, _ in draft.points})
    if not draft.points:
        return text
    journey = name_of(draft.journey, (), instead="journey")
    return parts.add_journey(text, journey, draft.journey, [*_points(draft)])


def _points(draft: Draft) -> Iterator[dict[str, Value]]:
    """The touchpoints as the plan writes them."""
    for name, title in draft.points:
        chosen = draft.signals.get(name, {})
        yield {
            "name": name, "title": title,
            **{kind: list(chosen[kind]) for kind in KINDS if chosen.get(kind)},
        }  # fmt: skip


def _without_strays(text: str, known: set[str]) -> str:
    """Questions of touchpoints that are on no journey are asked of the company as a whole."""
    strays: list[Place] = []
    sources = inside(read(text), ("sources",))
    for index, source in enumerate(sources if isinstance(sources, list) else ()):
        asked = source.get("questions") if isinstance(source, dict) else None
        for number, question in enumerate(asked if isinstance(asked, list) else ()):
            point = question.get("touchpoint") if isinstance(question, dict) else None
            if point is not None and point not in known:
                strays.append(("sources", index, "questions", number, "touchpoint"))
    return drop_each(text, strays)


def _free(text: str, name: str) -> str:
    return name_of(name, names_in(text, ("sources",)), instead="source")
