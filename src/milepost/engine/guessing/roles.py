"""What the columns that are no questions are for: who answered, when, where, with what weight."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from milepost.engine.guessing.dates import Dates, dates_of
from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.words import identifier, mentions, words
from milepost.plan.facts import BY_NAME, RESERVED, SHARED

_ID = ("id", "ids", "no", "nr", "num", "number", "key", "guid", "uuid", "code", "ticket", "respnum")
_RESPONSE = (
    "response*",
    "respnum",
    "resp*",
    "answer*",
    "survey",
    "submission",
    "review",
    "interview",
)
_CUSTOMER = ("customer", "client", "user", "member", "person", "contact", "respondent", "passenger",
             "guest", "patient", "employee", "subscriber", "account", "kunde*", "cust")  # fmt: skip
WHO = (*_CUSTOMER, "email", "mail")
_WHEN = {
    6: ("answer*", "respon*", "submi*"),
    5: ("complet*", "record*", "survey", "interview", "int", "intdate", "feedback"),
    3: ("end", "finish*", "review", "filled"),
    2: ("date", "time", "timestamp", "day", "created", "when", "dato", "datum"),
    -4: ("sent", "send", "start*", "invit*", "due", "expir*", "estimat*", "deliver*"),
}
_NEVER_WHEN = ("birth*", "dob", "born", "departure*", "arrival*")
_COMMENT = ("comment*", "verbatim*", "feedback", "message", "text", "review", "why", "reason",
            "improve*", "suggest*", "open", "kommentar*")  # fmt: skip
# Names that leave no doubt, however often a text comes again.
_SURELY_COMMENT = ("comment*", "kommentar*", "comentario*", "verbatim*", "why", "hvorfor", "warum",
                   "pourquoi", "could we improve", "can we improve")  # fmt: skip
_MAYBE_COMMENT = ("feedback", "improve")
_PLACE = ("touchpoint*", "stage", "journey", "step")
_MAYBE_PLACE = ("survey", "moment", "interaction", "event", "process")
_MAYBE_PLACE_TOO = ("type", "kind", "name", "sub", "point")
_SEGMENT = ("lang*", "locale", "country", "region", "state", "market", "channel", "via", "device",
            "platform", "gender", "sex", "age", "department", "dept", "team", "product", "segment",
            "plan", "tier", "class", "terminal", "area", "store", "branch", "brand", "group", "type",
            "category", "role", "topic", "problem", "status")  # fmt: skip
# Numbers are codes only where a name says so without doubt.
_CODED = ("lang*", "country", "region", "market", "channel", "device", "gender", "sex", "age",
          "department", "segment", "class", "terminal", "area", "barea", "category")  # fmt: skip
_COUNTED = ("years", "months", "days", "hours", "count", "times", "number", "num", "minutes")
_MOST_VALUES, _MOST_CODES = 25, 12
_MOST_ATTRIBUTES = 15
_MOST_PLACES = 20
_LONGEST_SEGMENT = 40  # characters in the mean; longer texts are sentences


@dataclass(frozen=True, slots=True)
class Attribute:
    """A segment to be: `codes` where its values are numbers that somebody should name."""

    name: str
    column: str
    codes: tuple[str, ...] = ()


def when(columns: Sequence[Profile]) -> list[tuple[Profile, Dates]]:
    """The columns that hold dates, the one that most likely says when the answer came first."""
    found = []
    for column in columns:
        dates = None if mentions(column.name, _NEVER_WHEN) else dates_of(column)
        if dates:
            found.append((column, dates))
    return sorted(found, key=lambda pair: -_when_score(pair[0]))


def response_id(columns: Sequence[Profile]) -> Profile | None:
    """The column without blanks or repeats that is called like an identifier."""
    named = [c for c in columns if c.unique and is_id(c)]
    return max(
        named, key=lambda c: mentions(c.name, _RESPONSE) - mentions(c.name, WHO), default=None
    )


def customer_id(columns: Sequence[Profile]) -> Profile | None:
    """The column that is called like the identifier of a person, or holds their address."""
    for column in columns:
        person = mentions(column.name, _CUSTOMER) and is_id(column)
        address = mentions(column.name, ["email", "mail"]) and any("@" in t for t in column.texts)
        if column.blank_share < 0.9 and len(column.values) > 1 and (person or address):
            return column
    return None


def weight(columns: Sequence[Profile]) -> Profile | None:
    """The column called weight whose numbers are positive, fractional and about 1 in the mean."""
    for column in columns:
        if mentions(column.name, ["weight", "weights", "wt", "wgt", "weighting"]) and _weighs(
            column
        ):
            return column
    return None


def comments(columns: Sequence[Profile]) -> list[Profile]:
    """The columns that hold free text, the one most like the answer's comment first."""
    found = [column for column in columns if _is_prose(column) or surely_comment(column)]
    return sorted(
        found, key=lambda c: (-surely_comment(c), -mentions(c.name, _COMMENT), -_length(c))
    )


def surely_comment(column: Profile) -> bool:
    """Whether a column of texts has a name that only comments bear."""
    last = words(column.name)[-1:]
    if column.numeric or column.is_time or not column.texts or set(last) & {*_ID, *_SEGMENT}:
        return False
    wordy = sum(n for text, n in column.texts.items() if " " in text) * 2 >= column.filled
    return mentions(column.name, _SURELY_COMMENT) or (
        wordy and mentions(column.name, _MAYBE_COMMENT)
    )


def is_comment(column: Profile) -> bool:
    """Whether free text is called what comments are called."""
    return mentions(column.name, _COMMENT)


def place(columns: Sequence[Profile]) -> tuple[Profile, bool] | None:
    """The column with the place on the journey, and whether its name leaves no doubt."""
    few = [c for c in columns if _is_few(c, _MOST_PLACES) and not c.numeric]
    for column in few:
        if mentions(column.name, _PLACE):
            return column, True
    for column in few:
        if mentions(column.name, _MAYBE_PLACE) and mentions(column.name, _MAYBE_PLACE_TOO):
            return column, False
    return None


def channel(columns: Sequence[Profile]) -> Profile | None:
    """The column that says over which channel the answer came."""
    for column in columns:
        if mentions(column.name, ["channel", "received via", "kanal"]) and _is_few(
            column, _MOST_VALUES
        ):
            return column
    return None


def attributes(columns: Sequence[Profile]) -> Iterator[Attribute]:
    """The columns with a few different values, by which numbers may be cut."""
    taken: set[str] = set()
    kept = [column for column in columns if _cuts(column)]
    # Names that speak first, then the order of the file.
    chosen = sorted(kept, key=lambda c: not mentions(c.name, _SEGMENT))[:_MOST_ATTRIBUTES]
    for column in kept:
        if column in chosen:
            name = attribute_name(column.name, taken=taken)
            taken.add(name)
            codes = tuple(sorted(column.values, key=_by_number)) if column.numeric else ()
            yield Attribute(name, column.name, codes)


def attribute_name(column: str, *, taken: Collection[str] = ()) -> str:
    """A name that no column of a fact bears."""
    name = identifier(column, taken=taken, instead="attribute")
    own = {*SHARED, *RESERVED, *BY_NAME["responses"].columns}
    return identifier(f"{name}_given", taken=taken) if name in own else name


def employees(names: Sequence[str]) -> bool:
    """Whether a file is about the people of a company and not about its customers."""
    signs = ("employee*", "enps", "attrition", "salary", "overtime", "over time", "headcount", "manager",
             "jobrole", "job", "tenure", "hr")  # fmt: skip
    found = {sign for sign in signs for name in names if mentions(name, [sign])}
    return bool(found & {"enps"}) or len(found) >= 2


def _when_score(column: Profile) -> float:
    points = sum(score for score, wanted in _WHEN.items() if mentions(column.name, wanted))
    return points - 8 * column.blank_share


def is_segment(column: Profile) -> bool:
    """Whether a column is called what segments are called."""
    return mentions(column.name, _SEGMENT)


def is_id(column: Profile) -> bool:
    """Whether a column is called like an identifier."""
    have = words(column.name)
    last = have[-1] if have else ""
    return (
        last in _ID or last.endswith(("id", "num")) or bool(set(have) & {"id", "uuid", "guid", "#"})
    )


def _weighs(column: Profile) -> bool:
    total = sum(column.numbers.values())
    if not total or column.texts or column.blank_share > 0:
        return False
    mean = sum(n * count for n, count in column.numbers.items()) / total
    return min(column.numbers) >= 0 and 0.5 <= mean <= 2 and len(column.numbers) > 1


def _is_prose(column: Profile) -> bool:
    if column.numeric or column.is_time or len(column.texts) < 3:
        return False
    varied = len(column.texts) > 0.4 * column.filled or len(column.texts) > 200
    spaced = sum(n for text, n in column.texts.items() if _has_words(text))
    cjk = sum(n for text, n in column.texts.items() if len(text) > 8 and max(text) > "\u2e80")
    long = _length(column) >= 20 and 2 * spaced >= column.filled
    named = (
        mentions(column.name, _COMMENT) and _length(column) >= 12 and 3 * spaced >= column.filled
    )
    return varied and (long or named or 2 * cjk >= column.filled)


def _has_words(text: str) -> bool:
    """Several words of letters: `01/01/1742 12:00:00 AM` is in three parts, and no prose."""
    return text.count(" ") >= 2 and 2 * sum(map(str.isalpha, text)) > len(text)


def _length(column: Profile) -> float:
    return sum(len(text) * n for text, n in column.texts.items()) / max(column.filled, 1)


def _is_few(column: Profile, most: int) -> bool:
    several = 2 <= len(column.values) <= most
    return several and column.blank_share < 0.7 and column.filled >= 2 * len(column.values)


def _cuts(column: Profile) -> bool:
    if column.is_time:
        return False
    if column.numeric:
        named = (
            mentions(column.name, _CODED)
            and not mentions(column.name, _COUNTED)
            and all(n == int(n) for n in column.numbers)
        )
        return named and _is_few(column, _MOST_CODES)
    if _length(column) > _LONGEST_SEGMENT or _is_list(column):
        return False
    return _is_few(column, _MOST_VALUES) and all(len(text) <= 80 for text in column.texts)


def _is_list(column: Profile) -> bool:
    """Whether texts hold sentences or several things: `price, speed`, or more than one line."""
    commas = sum(n for text, n in column.texts.items() if "," in text)
    return 10 * commas > column.filled or any("\n" in text for text in column.texts)


def _by_number(text: str) -> tuple[float, str]:
    try:
        return float(text.replace(",", ".")), text
    except ValueError:
        return float("inf"), text
