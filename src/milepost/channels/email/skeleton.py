"""The markup of a mail before anything is said in it: made once for each shape, then only filled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from string import Template as Placeholders

import css_inline

from milepost.channels import colour
from milepost.channels.email import drawing
from milepost.channels.email.mail import Drawn, Role
from milepost.channels.language import Direction
from milepost.channels.markup import Template, template

_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'
_HIDDEN = 'class="hidden" style="mso-hide:all" aria-hidden="true"'


@dataclass(frozen=True, slots=True)
class Shape:
    """Whatever changes the markup itself, and nothing that anybody wrote.

    `parts` are the optional parts that are there; `roles` has one for each option; `footers` and
    `facts` count lines.
    """

    direction: Direction
    accent: str
    parts: frozenset[str]
    footers: int
    drawn: Drawn | None = None
    roles: tuple[Role, ...] = ()
    facts: int = 0


@lru_cache(maxsize=256)
def skeleton(shape: Shape) -> Template:
    """The mail's markup with its styles written into the elements, cut at its holes."""
    body = _invitation(shape) if shape.drawn else _notice(shape)
    page = _page(shape, body)
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return template(inliner.inline(page))


@cache
def _sheet() -> str:
    return files(__package__).joinpath("mail.css").read_text(encoding="utf-8")


def _styles(accent: str) -> str:
    return Placeholders(_sheet()).substitute(accent=accent, on_accent=colour.upon(accent))


def _page(shape: Shape, body: str) -> str:
    way = f'dir="{shape.direction}"'
    return (
        f'<!DOCTYPE html><html lang="{{{{lang}}}}" {way}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="supported-color-schemes" content="light dark">'
        '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">'
        f"<title>{{{{subject}}}}</title><style>{_styles(shape.accent)}</style></head><body {way}>"
        f"{_part(shape, 'preheader', f'<div {_HIDDEN}>{{{{preheader}}}}</div>')}"
        f'<table {_TABLE} width="100%" class="page"><tr><td class="edge" align="center" {way}>'
        f'<!--[if mso]><table {_TABLE} width="600"><tr><td><![endif]-->'
        f'<table {_TABLE} width="100%" class="card" {way}>'
        f'<tr><td class="band" height="6">&#8203;</td></tr>'
        f'<tr><td class="inner" align="{_start(shape)}" role="main">'
        f'<p class="brand">{{{{brand}}}}</p>{body}</td></tr></table>'
        f'<table {_TABLE} width="100%" style="max-width:600px;margin:0 auto" {way}>'
        f'<tr><td class="foot" align="{_start(shape)}">{_foot(shape)}</td></tr></table>'
        "<!--[if mso]></td></tr></table><![endif]-->"
        f"</td></tr></table>{_part(shape, 'decoy', _DECOY)}</body></html>"
    )


def _invitation(shape: Shape) -> str:
    if shape.drawn is None:
        return ""
    return (
        _part(shape, "greeting", '<p class="say">{{greeting}}</p>')
        + _part(shape, "intro", '<p class="say">{{intro:lines}}</p>')
        + '<h1 class="question">{{question:lines}}</h1>'
        + drawing.answers(shape.drawn, shape.roles)
        + _part(shape, "ends", _ends(shape.drawn, shape))
    )


def _ends(drawn: Drawn, shape: Shape) -> str:
    return drawing.ends(drawn, len(shape.roles), start=_start(shape), end=_end(shape))


def _notice(shape: Shape) -> str:
    role = shape.roles[0]
    return (
        '<h1 class="question">{{title}}</h1>'
        + _part(shape, "score", _mark(role))
        + _part(shape, "words", _quote(shape))
        + _part(shape, "text", '<p class="say">{{text:lines}}</p>')
        + _facts(shape)
        + _part(shape, "button", drawing.tap(0, "button", "plain", "{{label0}}"))
    )


def _mark(role: Role) -> str:
    return f'<table {_TABLE} class="mark"><tr><td class="{role}">{{{{score}}}}</td></tr></table>'


def _quote(shape: Shape) -> str:
    # What a customer wrote has its own direction of writing, whatever the colleague's language.
    return (
        f'<table {_TABLE} width="100%" class="quote"><tr><td align="{_start(shape)}" dir="auto">'
        "{{words:lines}}</td></tr></table>"
    )


def _facts(shape: Shape) -> str:
    if not shape.facts:
        return ""
    rows = "".join(
        f'<tr><td class="fact" width="34%">{{{{fact{at}}}}}</td>'
        f'<td><span dir="auto">{{{{value{at}:lines}}}}</span></td></tr>'
        for at in range(shape.facts)
    )
    return f'<table cellpadding="0" cellspacing="0" border="0" width="100%" class="facts">{rows}</table>'


def _foot(shape: Shape) -> str:
    lines = "".join(f"<p>{{{{footer{at}:lines}}}}</p>" for at in range(shape.footers))
    links = [_link(name) for name in ("unsubscribe", "view") if name in shape.parts]
    return lines + (f"<p>{' &nbsp; '.join(links)}</p>" if links else "")


def _link(name: str) -> str:
    return f'<a class="ask" href="{{{{{name}_url}}}}" target="_blank">{{{{{name}_label}}}}</a>'


_DECOY = f'<div {_HIDDEN}><a href="{{{{decoy_url}}}}" tabindex="-1" rel="nofollow"></a></div>'


def _part(shape: Shape, name: str, markup: str) -> str:
    return markup if name in shape.parts else ""


def _start(shape: Shape) -> str:
    return "left" if shape.direction == "ltr" else "right"


def _end(shape: Shape) -> str:
    return "right" if shape.direction == "ltr" else "left"
