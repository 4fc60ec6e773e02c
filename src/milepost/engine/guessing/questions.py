"""Which columns are questions: what their names say, checked against what their values can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from milepost.engine.guessing import labels, scales
from milepost.engine.guessing.labels import Labelled
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Choice, Question
from milepost.engine.guessing.scales import Fit, Scale
from milepost.engine.guessing.words import identifier, mentions
from milepost.plan.questions import BY_NAME

ANY = ((1, 5), (1, 7), (0, 10), (1, 10), (1, 3), (1, 4))
# What a name says, the most telling first. A later line is tried where the values do not fit.
_NAMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("enps", ("enps",)),
    ("nps", ("nps", "netpro*", "recomm*", "promoter*", "ltr", "anbefal*", "weiterempf*")),
    ("pmf", ("pmf", "disappointed")),
    ("ces2", ("ces2", "ces 2")),
    ("ces1", ("ces1", "ces 1")),
    (
        "csat",
        ("csat", "cusa", "satisf*", "satisfaction", "sat", "happy", "zufrieden*", "tilfreds*"),
    ),
    ("ease", ("ces", "effort*", "ease", "easy", "easiness", "difficult*")),
    ("thumbs", ("thumb", "thumbs")),
    ("smileys", ("smiley", "smileys", "emoji", "face", "faces")),
    ("stars", ("star", "stars", "rating", "review score")),
    ("task", ("task", "accomplish*", "achieve*", "find what", "goal")),
    ("intent", ("intent", "purpose", "visit reason", "reason for visit")),
)
_EFFORT = ("effort*", "difficult*")
_CATEGORIES = {"promoter": 10, "promoters": 10, "passive": 8, "passives": 8, "neutral": 8,
               "neutrals": 8, "detractor": 5, "detractors": 5}  # fmt: skip
_MOST_INTENTS = 30
_MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class _Answers:
    """The values of a column as scores: its numbers, its codes and what cannot be read."""

    numbers: dict[float, int]
    labels: dict[str, int]
    blanks: tuple[str, ...]
    unread: tuple[str, ...]


def question_of(
    column: Profile, *, employees: bool = False, taken: Iterable[str] = ()
) -> Question | None:
    """The question that a column's name and values agree on; None where they do not."""
    if not column.values or column.is_time:
        return None
    name = identifier(column.name, taken=taken, instead="question")
    for kind, wanted in _NAMED:
        if mentions(column.name, wanted):
            found = _as_type(column, kind, name)
            if found:
                return _of_employees(found) if employees else found
    return None


def names_groups(asked: Question) -> bool:
    """Whether a question's labels are promoter, passive and detractor and no answers."""
    return bool(asked.labels) and all(labels.plain(label) in _CATEGORIES for label in asked.labels)


def missing_texts(column: Profile, found: Fit, answers_blanks: tuple[str, ...]) -> tuple[str, ...]:
    """The texts of a column that are codes off its scale, as they are written."""
    off = set(found.codes)
    coded = [text for text in column.values if _float(text) in off]
    return (*sorted(coded, key=lambda text: (_float(text) or 0.0, text)), *answers_blanks)


def stray_texts(column: Profile, found: Fit) -> tuple[str, ...]:
    """The few numbers that are neither on the scale nor a code, as they are written."""
    off = set(found.strays)
    return tuple(sorted(text for text in column.values if _float(text) in off))


def answers_of(column: Profile, words: dict[str, int] | None = None) -> _Answers:
    """Split a column's values into scores, labels with scores, 'no answer' and the rest."""
    blanks = tuple(sorted(text for text in column.texts if labels.no_answer(text)))
    others = [text for text in column.texts if text not in blanks]
    scored = {
        text: score
        for text in others
        if (score := (words or {}).get(labels.plain(text))) is not None
    }
    rest = [text for text in others if text not in scored]
    starting = labels.numbered(rest)
    if starting:
        scored, rest = scored | starting, []
    numbers = dict(column.numbers)
    for text, score in scored.items():
        numbers[score] = numbers.get(score, 0) + column.texts[text]
    return _Answers(numbers, starting or {}, blanks, tuple(sorted(rest)))


def _as_type(column: Profile, kind: str, name: str) -> Question | None:
    if kind == "intent":
        return _intent(column, name)
    if kind == "nps":
        found = _nps_categories(column, name)
        if found:
            return found
    worded = _labelled(column)
    if worded:
        return _in_words(column, kind, name, worded)
    return _in_numbers(column, kind, name)


def _in_numbers(column: Profile, kind: str, name: str) -> Question | None:
    type_ = BY_NAME[kind]
    answers = answers_of(column, type_.words)
    allowed = type_.scales or ((type_.scale,) if kind == "enps" and type_.scale else ANY)
    found = _whole_nps(kind, answers.numbers) or scales.fit(
        answers.numbers, allowed, whole=type_.whole
    )
    if not found:
        return _unlabelled(column, kind, name, answers)
    if _rare(column, answers.unread) and kind != "intent":
        missing = missing_texts(column, found, answers.blanks)
        made = Question(
            name, column.name, kind, _why(found), scale=_stated(kind, found.scale),
            missing=missing, labels=answers.labels,
            unread=(*answers.unread, *stray_texts(column, found)),
        )  # fmt: skip
        return _open(made, column, found)
    return _unlabelled(column, kind, name, answers)


def _whole_nps(kind: str, numbers: Mapping[float, int]) -> Fit | None:
    """0 to 10 even where nobody answered 0: that is what well-liked companies see."""
    found = scales.fit(numbers, [(0, 10)]) if kind == "nps" else None
    if found and any(5 < n <= 10 for n in numbers):
        return found
    return None


def _why(found: Fit) -> str:
    low, high = found.scale
    return f"its name, and values on {low} to {high}"


def _stated(kind: str, scale: Scale) -> Scale | None:
    """A scale need not be written where the type has only this one by default."""
    return (
        None
        if kind in ("nps", "enps", "pmf", "thumbs", "task") and scale == BY_NAME[kind].scale
        else scale
    )


def _open(made: Question, column: Profile, found: Fit) -> Question:
    """Leave open what nobody can know: the good end of effort, whether a 6 is an answer."""
    if made.type == "ease":
        return replace(made, choices=_ends(column, found.scale))
    if found.doubtful and not BY_NAME[made.type].scales:
        return replace(made, choices=_widths(made, found))
    return made


def _ends(column: Profile, scale: Scale) -> tuple[Choice, ...]:
    low, high = scale
    best = Choice("high", f"{high} is the easiest", "ease", scale, "high")
    worst = Choice("low", f"{low} is the easiest", "ease", scale, "low")
    if mentions(column.name, ["ces"]) and scale in BY_NAME["ces2"].scales:
        best = replace(
            best, type="ces2", good=None, says=f"{high} is 'strongly agree, it was easy'"
        )
    if mentions(column.name, [*_EFFORT, "ces"]) and scale == (1, 5):
        worst = replace(worst, type="ces1", good=None, says=f"{low} is 'very low effort'")
    return (best, worst)


def _widths(made: Question, found: Fit) -> tuple[Choice, ...]:
    low, high = found.scale
    code = next(int(n) for n in found.codes if n in (low - 1, high + 1))
    wide = (min(low, code), max(high, code))
    kept = tuple(text for text in made.missing if _float(text) != code)
    return (
        Choice(
            "code", f"{code} means not answered", made.type, found.scale, made.good, made.missing
        ),
        Choice("answer", f"{code} is an answer", made.type, wide, made.good, kept),
    )


def _labelled(column: Profile) -> Labelled | None:
    others = [text for text in column.texts if not labels.no_answer(text)]
    return None if column.numbers else labels.labelled(others)


def _in_words(column: Profile, kind: str, name: str, worded: Labelled) -> Question | None:
    scale = (1, worded.points)
    blanks = tuple(sorted(text for text in column.texts if labels.no_answer(text)))
    why = f"its name, and the labels' order ({worded.family})"
    order = dict(sorted(worded.scores.items(), key=lambda pair: pair[1]))
    made = Question(name, column.name, kind, why, scale=scale, missing=blanks, labels=order)
    if worded.family == "ease":
        return replace(made, type="ease", good="high")
    if kind == "ease":
        if worded.family == "agreement" and not mentions(column.name, _EFFORT):
            return replace(made, type="ces2") if scale in BY_NAME["ces2"].scales else None
        return replace(made, choices=_ends(column, scale))
    if kind in ("csat", "smileys"):
        return made
    if (
        kind == "nps"
        and scale in BY_NAME["nps"].scales
        and worded.family in ("likelihood", "agreement")
    ):
        return made
    if kind == "stars" and worded.family in ("quality", "satisfaction"):
        return replace(made, type="csat")
    return None


def _nps_categories(column: Profile, name: str) -> Question | None:
    """Promoter, passive, detractor: a score of each group gives the same NPS."""
    if column.numbers or not column.texts:
        return None
    scores = {
        text: _CATEGORIES.get(labels.plain(text))
        for text in column.texts
        if not labels.no_answer(text)
    }
    known = {text: score for text, score in scores.items() if score is not None}
    if len(known) < 2 or len(known) != len(scores):
        return None
    why = "it names promoters and detractors; one score stands for each group"
    blanks = tuple(sorted(text for text in column.texts if labels.no_answer(text)))
    return Question(name, column.name, "nps", why, missing=blanks, labels=known)


def _intent(column: Profile, name: str) -> Question | None:
    if column.numeric or not 2 <= len(column.texts) <= _MOST_INTENTS:
        return None
    return Question(name, column.name, "intent", "its name, and a few different texts")


def _unlabelled(column: Profile, kind: str, name: str, answers: _Answers) -> Question | None:
    """A name that says what was asked, but answers in words whose order is not known."""
    if (
        kind not in ("csat", "ease", "smileys")
        or answers.numbers
        or len(answers.unread) > _MOST_LABELS
    ):
        return None
    if not answers.unread:
        return None
    scale = (1, max(len(answers.unread), 2))
    says = "you write the score of each label"
    return Question(
        name, column.name, kind, "its name; the order of its answers is not known",
        missing=answers.blanks, labels=dict.fromkeys(answers.unread, 0),
        choices=(Choice("labels", says, kind, scale, "high" if kind == "ease" else None),),
    )  # fmt: skip


def _of_employees(found: Question) -> Question:
    swap = {"nps": "enps", "csat": "esat"}
    if found.type == "nps" and found.scale not in (None, BY_NAME["enps"].scale):
        return found
    choices = tuple(replace(c, type=swap.get(c.type, c.type)) for c in found.choices)
    return replace(found, type=swap.get(found.type, found.type), choices=choices)


def _rare(column: Profile, texts: tuple[str, ...]) -> bool:
    return column.share(texts) < 0.2


def _float(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
