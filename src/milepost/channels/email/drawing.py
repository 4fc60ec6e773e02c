"""How the answers of a question are drawn in a mail: rows of real table cells that wrap by themselves.

Each answer is a small table of its own, so that a narrow screen breaks the row even where a mail
program drops the style sheet; desktop Outlook, which cannot, gets one row of cells of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from milepost.channels.email.mail import Drawn, Role

STAR = "★"
# No heart at the top: people who are content shrink from it and take the second best.
FACES = {
    2: "🙁🙂",
    3: "🙁😐🙂",
    4: "😠🙁🙂😀",
    5: "😠🙁😐🙂😀",
}
THUMBS = "👎👍"

_TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"'


def answers(drawn: Drawn, roles: tuple[Role, ...]) -> str:
    """Markup with holes `url0`, `label0`, `aria0`, … for the answers in their order."""
    return _DRAWING[drawn](roles)


def ends(drawn: Drawn, count: int, *, start: str, end: str) -> str:
    """The words at both ends of a scale, below it and as wide as its row."""
    wide = count * (98 if drawn in ("stars", "smileys") else 50)
    return (
        f'<table {_TABLE} width="100%" style="max-width:{max(wide, 300)}px"><tr>'
        f'<td class="end" align="{start}" width="50%">{{{{low}}}}</td>'
        f'<td class="end" align="{end}" width="50%">{{{{high}}}}</td></tr></table>'
    )


def tap(at: int, shape: str, role: str, inside: str) -> str:
    """One answer: a table of one coloured cell whose whole face is the link."""
    wide = ' width="100%"' if shape == "word" else ""
    return (
        f'<table {_TABLE}{wide} class="{"cell" if shape in ("score", "face") else shape}">'
        f'<tr><td class="tap {shape} {role}" align="center">'
        f'<a href="{{{{url{at}}}}}" target="_blank" aria-label="{{{{aria{at}}}}}">{inside}</a>'
        "</td></tr></table>"
    )


def _scale(roles: tuple[Role, ...]) -> str:
    return _row([tap(at, "score", role, f"{{{{label{at}}}}}") for at, role in enumerate(roles)])


def _stars(roles: tuple[Role, ...]) -> str:
    inside = f'<span class="glyph star" aria-hidden="true">{STAR}</span>{{{{label%d}}}}'
    return _row([tap(at, "face", "soft", inside % at) for at in range(len(roles))])


def _faces(roles: tuple[Role, ...]) -> str:
    return _glyphs(FACES.get(len(roles), ""), roles)


def _thumbs(roles: tuple[Role, ...]) -> str:
    return _glyphs(THUMBS if len(roles) == len(THUMBS) else "", roles)


def _glyphs(glyphs: str, roles: tuple[Role, ...]) -> str:
    if not glyphs:
        return _words(roles)
    inside = '<span class="glyph" aria-hidden="true">%s</span><span class="said">{{label%d}}</span>'
    cells = [tap(at, "face", "soft", inside % (glyph, at)) for at, glyph in enumerate(glyphs)]
    return _row(cells)


def _words(roles: tuple[Role, ...]) -> str:
    return "".join(tap(at, "word", role, f"{{{{label{at}}}}}") for at, role in enumerate(roles))


def _button(roles: tuple[Role, ...]) -> str:
    return tap(0, "button", roles[0], "{{label0}}")


def _row(cells: list[str]) -> str:
    between = '<!--[if mso]></td><td style="padding:0 3px"><![endif]-->'
    return (
        f'<div class="row of{len(cells)}" role="group" aria-label="{{{{question}}}}">'
        f'<!--[if mso]><table {_TABLE}><tr><td style="padding:0 3px"><![endif]-->'
        f"{between.join(cells)}"
        "<!--[if mso]></td></tr></table><![endif]--></div>"
    )


_DRAWING: dict[Drawn, Callable[[tuple[Role, ...]], str]] = {
    "scale": _scale,
    "stars": _stars,
    "smileys": _faces,
    "thumbs": _thumbs,
    "options": _words,
    "text": _button,
}
