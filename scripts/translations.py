"""Collects the texts of the interface and keeps its catalogues, one a language.

    python scripts/translations.py            bring the catalogues up to date, and compile them
    python scripts/translations.py --check    fail where they are not what would be written

A text that is new stands in the catalogue with an empty translation until somebody writes one; a
text that is gone goes from the catalogue, too.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from milepost.metrics.catalogue import CATALOGUE
from milepost.server.titles import CONTEXT, DEFINITION, SPANS, shape
from milepost.server.words import TIME, TIMES, WORDS

ROOT = Path(__file__).parents[1] / "src" / "milepost" / "server"
LOCALES = ("da", "zh_Hans")
# A function's arguments that are texts: singular, plural, and the context that comes first.
CALLS = {
    "gettext": "s", "gettext_lazy": "s", "gettext_noop": "s",
    "ngettext": "sp", "ngettext_lazy": "sp",
    "pgettext": "cs", "pgettext_lazy": "cs", "npgettext": "csp", "npgettext_lazy": "csp",
}  # fmt: skip
_TAGS: dict[str, Any] = {
    "gettext": None, "_": None, "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
_WORDS, _METRICS = "words.py", "titles.py"
Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the interface, where it stands, and its plural where it counts something."""

    where: str
    text: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> Key:
        """What a catalogue knows it by."""
        return self.context, self.text


class Plain(Catalog):
    """A catalogue whose header says nothing that changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header: language, plural rule, encoding."""
        return [
            ("Project-Id-Version", "Milepost"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def main() -> int:
    """Write or check every catalogue; the exit status."""
    written = {path: content for locale in LOCALES for path, content in files_of(locale).items()}
    stale = [path for path, content in written.items() if not _same(path, content)]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run scripts/translations.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written[path])
    for locale in LOCALES:
        print(f"{locale}: {len(missing(locale))} texts without a translation")
    return 0


def texts() -> list[Text]:
    """Every text of the interface, in the order of the files."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    found = [text for path in sorted(ROOT.rglob("*.html")) for text in _of_template(path)]
    found += [text for path in sorted(ROOT.rglob("*.py")) for text in _of_module(path)]
    return [*found, *(Text(_WORDS, word) for word in WORDS),
            *(Text(_WORDS, unit, context=TIME) for unit in TIMES), *_of_metrics()]  # fmt: skip


def files_of(locale: str) -> dict[Path, bytes]:
    """The catalogue of a locale as it should be: written out, and compiled."""
    catalog = catalog_of(locale)
    folder = ROOT / "locale" / locale / "LC_MESSAGES"
    plain, compiled = io.BytesIO(), io.BytesIO()
    write_po(plain, catalog, width=0, include_lineno=False, ignore_obsolete=True)
    write_mo(compiled, catalog)
    return {folder / "django.po": plain.getvalue(), folder / "django.mo": compiled.getvalue()}


def catalog_of(locale: str) -> Catalog:
    """All texts with the translations that there are."""
    known = translations(locale)
    catalog = Plain(locale=locale, header_comment="# The interface of Milepost.", fuzzy=False)
    plurals = {text.key: text.plural for text in texts() if text.plural}
    for text in texts():
        plural = plurals.get(text.key)
        name: str | tuple[str, str] = (text.text, plural) if plural else text.text
        catalog.add(name, known.get(text.key, ""), [(text.where, 0)], context=text.context)
    return catalog


def translations(locale: str) -> dict[Key, Any]:
    """What the catalogue says so far, by context and text."""
    path = ROOT / "locale" / locale / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale=locale)
    return {
        (each.context, each.id if isinstance(each.id, str) else each.id[0]): each.string or ""
        for each in catalog
        if each.id and not each.fuzzy
    }


def missing(locale: str) -> list[Text]:
    """The texts that the catalogue of a locale does not translate."""
    known = translations(locale)
    return [text for text in texts() if not _complete(known.get(text.key, ""))]


def _complete(said: str | Sequence[str]) -> bool:
    return bool(said) if isinstance(said, str) else all(said)


def _of_template(path: Path) -> Iterator[Text]:
    """What a template's tags translate; Django makes something like Python of it."""
    where = str(path.relative_to(ROOT))
    # What stands around the calls is no Python: it must not look like indentation.
    lines = templatize(path.read_text(encoding="utf-8")).splitlines()
    source = io.BytesIO("\n".join(line.lstrip() for line in lines).encode())
    for _, name, said, _ in extract_python(source, _TAGS, [], {"encoding": "utf-8"}):
        given: Any = said
        parts = [given] if isinstance(given, str) else [each for each in given if each]
        yield _text(where, CALLS.get(str(name), "s"), parts)


def _of_module(path: Path) -> Iterator[Text]:
    where = str(path.relative_to(ROOT))
    tree = ast.parse(path.read_bytes())
    names = _imported(tree)
    for node in ast.walk(tree):
        call = _call(node)
        if call and call[0] in names:
            kind = CALLS[names[call[0]]]
            given = [_literal(each) for each in call[1][: len(kind)]]
            if None not in given and len(given) == len(kind):
                yield _text(where, kind, [each for each in given if each is not None])


def _imported(tree: ast.AST) -> dict[str, str]:
    """The names under which a module knows the functions that translate."""
    return {
        each.asname or each.name: each.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if each.name in CALLS
    }


def _call(node: ast.AST) -> tuple[str, list[ast.expr]] | None:
    """A call's name and arguments; `partial(ngettext, "…", "…")` is one of ngettext."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    first = node.args[0] if node.args else None
    if node.func.id == "partial" and isinstance(first, ast.Name):
        return first.id, node.args[1:]
    return node.func.id, node.args


def _of_metrics() -> Iterator[Text]:
    """Every title, label and definition of the catalogue; numbers that a plan may change are holes."""
    named = ((shape(t) if m.parameters else t) for m in CATALOGUE for t in (m.title, m.label))
    for text in dict.fromkeys((*named, *SPANS.values())):
        yield Text(_METRICS, text, context=CONTEXT)
    said = (shape(m.words) if m.parameters else m.words for m in CATALOGUE)
    for text in dict.fromkeys(said):
        yield Text(_METRICS, text, context=DEFINITION)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _text(where: str, kind: str, given: list[str]) -> Text:
    said = dict(zip(kind, given, strict=False))
    return Text(where, said["s"], said.get("p", ""), said.get("c"))


def _same(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main())
