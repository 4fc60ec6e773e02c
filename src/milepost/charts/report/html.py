"""HTML as it is written: elements whose texts are escaped, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Html(str):
    """Text that is HTML already: made by `tag` and `joined`, or drawn by us."""

    __slots__ = ()


Child = str | None | Iterable["Child"]
_EMPTY = frozenset({"meta", "col", "br"})


def joined(*children: Child) -> Html:
    """Children one after the other, texts escaped; None is left out.

    >>> joined("a < b", None, [tag("b", "&")])
    'a &lt; b<b>&amp;</b>'
    """
    return Html("".join(_written(child) for child in children))


def tag(name: str, /, *children: Child, **attributes: str | None) -> Html:
    """An element. A trailing underscore of an attribute is dropped, others are hyphens; None leaves it out.

    >>> tag("td", "1", class_="num", data_x='"')
    '<td class="num" data-x="&quot;">1</td>'
    """
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _EMPTY else f"</{name}>"
    return Html(f"<{name}{words}>{joined(*children)}{end}")


def table(
    header: Iterable[Child], rows: Iterable[Html], *, name: str, caption: str | None = None
) -> Html:
    """A table in which all columns but the first hold numbers; `name` is for those who do not see it."""
    heads = [
        tag("th", name, scope="col", class_="num" if i else None) for i, name in enumerate(header)
    ]
    told = tag("caption", caption) if caption else None
    return wide(
        tag("table", told, tag("thead", tag("tr", heads)), tag("tbody", list(rows))), name=name
    )


def wide(content: Html, *, name: str) -> Html:
    """What may be wider than a telephone: it is moved within its own frame, by the keyboard too."""
    return tag("div", content, class_="wide", role="group", tabindex="0", aria_label=name)


def row(name: Child, *texts: Child) -> Html:
    """A row: its name, then numbers."""
    return tag(
        "tr",
        tag("th", tag("bdi", name), scope="row"),
        [tag("td", text, class_="num") for text in texts],
    )


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    return escape(child) if isinstance(child, str) else joined(*child)
