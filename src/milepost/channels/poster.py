"""A poster to print: the question, the code, and the address for those who would rather type it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template as Placeholders
from typing import Literal

from milepost.channels import colour, language, qr
from milepost.channels.errors import ChannelError
from milepost.channels.language import Direction
from milepost.channels.markup import Template, template

Paper = Literal["A4", "A5"]
# Characters up to which a text keeps its size; longer ones are set smaller, so that code and
# address stay on the sheet, and beyond the last figure they are refused.
_BRAND = (40, 120)
_QUESTION = (70, 160, 400)
_HINT = (160,)
_SIZES = ("", "long", "longer")
# Width and height in millimetres; everything on the poster is sized by the width.
PAPERS: dict[Paper, tuple[int, int]] = {"A4": (210, 297), "A5": (148, 210)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What is printed, in the survey's language.

    `url` is what the code holds; `hint` says what to do with it; the address is printed below
    without its https://.
    """

    url: str
    brand: str
    question: str
    hint: str
    lang: str = "en"
    direction: Direction = "ltr"
    accent: str = "#0b57a4"
    paper: Paper = "A4"

    def __post_init__(self) -> None:
        colour.checked(self.accent)
        if self.paper not in PAPERS:
            raise ChannelError(f"paper '{self.paper}' is unknown; known: {', '.join(PAPERS)}")
        for what, text, steps in (
            ("brand", self.brand, _BRAND),
            ("question", self.question, _QUESTION),
            ("hint", self.hint, _HINT),
        ):
            _size(what, text, steps)
        language.check(self.lang, self.direction)


def page(poster: Poster) -> str:
    """A page of HTML that needs nothing else, ready to print at its paper's size."""
    head, foot = _page(poster.paper, poster.accent.lower(), poster.direction)
    said = {
        "lang": poster.lang,
        "brand": poster.brand,
        "question": poster.question,
        "brand_size": _size("brand", poster.brand, _BRAND),
        "question_size": _size("question", poster.question, _QUESTION),
        "hint": poster.hint,
        "short": short(poster.url),
    }
    return head.fill(said) + qr.svg(poster.url) + foot.fill(said)


def short(url: str) -> str:
    """An address as people type it.

    >>> short("https://ask.example.com/s/Hx4")
    'ask.example.com/s/Hx4'
    """
    return url.removeprefix("https://")


def _size(what: str, text: str, steps: tuple[int, ...]) -> str:
    for size, most in zip(_SIZES, steps, strict=False):
        if len(text) <= most:
            return size
    raise ChannelError(
        f"a poster's {what} of {len(text)} characters leaves no room for the code;"
        f" use at most {steps[-1]}"
    )


@lru_cache(maxsize=64)
def _page(paper: Paper, accent: str, direction: str) -> tuple[Template, Template]:
    width, height = PAPERS[paper]
    sheet = files(__package__).joinpath("poster.html").read_text(encoding="utf-8")
    markup = Placeholders(sheet).substitute(
        paper=paper,
        direction=direction,
        accent=accent,
        on_accent=colour.upon(accent),
        width=width,
        height=height,
        unit=f"{width / 210:.4f}mm",
    )
    head, foot = markup.split("<!-- code -->")
    return template(head), template(foot)
