"""milepost.yaml as a tree of text: scalars stay as typed, and everything knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from milepost.errors import Finding, PlanError

Step = str | int
Place = tuple[Step, ...]

LARGEST_BYTES = 4_000_000
DEEPEST = 40
MOST_NODES = 200_000
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY_VALUES = {"", "~", "null", "Null", "NULL"}
# What PyYAML says -> what the writer of the file can do about it.
_SENTENCES = {
    "found a tab character that violates indentation": "a tab; indent with spaces",
    "mapping values are not allowed in this context": (
        "a second ': ' on the line or an indentation that does not fit;"
        " quote a text that holds ': '"
    ),
    "could not find expected ':'": "'key: value' was expected here",
    "found unexpected end of stream": "a quote is opened here and never closed",
    "found undefined alias": "an alias (*) without its anchor (&); quote a text that starts with *",
    "but found another document": "a second document ('---'); a plan is one",
    "did not find expected <document start>": "something after the plan's end ('...'); a plan is one",
    "did not find expected ',' or '}'": "a ',' or '}' was expected here; quote a text that holds , or }",
    "did not find expected ',' or ']'": "a ',' or ']' was expected here; quote a text that holds , or ]",
    "did not find expected '-' indicator": "a list's items ('- ') were expected to go on here",
    "did not find expected key": "a key was expected here; check the indentation",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a mapping or a list of the file; `hurt` where a wrong part was taken out of it."""

    line: int
    value: str | dict[str, Node] | tuple[Node, ...]
    hurt: bool = False

    def child(self, step: Step) -> Node | None:
        """What stands under a key or at a position, if anything does."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, tuple) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def read(path: Path) -> tuple[Node | None, tuple[Finding, ...]]:
    """The file's root mapping and what is wrong with the file as YAML; never an exception.

    Keys without a value are left out. The root is None where nothing can be made of the file.
    """
    try:
        text = _text(path)
        _refuse_bombs(path, text)
        return _tree(path, text)
    except PlanError as error:
        return None, error.findings


def plain(node: Node) -> Any:
    """A node as dictionaries, lists and texts."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    return node.value


def lines(node: Node, at: Place = ()) -> Iterator[tuple[Place, int]]:
    """Each place of a tree, such as ("sources", 0, "from"), with its line."""
    yield at, node.line
    steps = node.value.items() if isinstance(node.value, dict) else ()
    items = enumerate(node.value) if isinstance(node.value, tuple) else ()
    for step, child in (*steps, *items):
        yield from lines(child, (*at, step))


def node_at(root: Node, place: Place) -> Node | None:
    """The node at a place, if there is one."""
    node: Node | None = root
    for step in place:
        node = node.child(step) if node else None
    return node


def _wrong(path: Path, line: int, text: str) -> PlanError:
    return PlanError([Finding(str(path), line, text)])


def _text(path: Path) -> str:
    if path.is_dir():
        raise _wrong(path, 1, "is a folder; expected the plan file, milepost.yaml")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise _wrong(path, 1, "there is no such file; 'milepost init' writes one") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _wrong(path, 1, f"cannot be read: {reason}") from None
    if len(data) > LARGEST_BYTES:
        raise _wrong(path, 1, f"is larger than {LARGEST_BYTES // 1_000_000} MB; that is no plan")
    return _decoded(path, data)


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise _wrong(path, line, f"is not UTF-8 (byte 0x{byte:02x}); save it as UTF-8") from None


def _refuse_bombs(path: Path, text: str) -> None:
    """Stop at too deep a nesting before compose() recurses into it."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _wrong(path, line, f"is nested more than {DEEPEST} levels deep")
    except yaml.YAMLError as error:
        raise _broken(path, text, error) from None


def _tree(path: Path, text: str) -> tuple[Node | None, tuple[Finding, ...]]:
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _broken(path, text, error) from None
    if root is None:
        raise _wrong(path, 1, "is empty; 'milepost init' writes a plan to start from")
    if not isinstance(root, yaml.MappingNode):
        line = root.start_mark.line + 1
        raise _wrong(
            path, line, "expected keys and values, such as 'company:'; found something else"
        )
    growing = _Growing(path)
    return growing.grow(root, root.start_mark.line + 1, 0), tuple(growing.findings)


class _Growing:
    """The composed YAML turned into nodes, with what is wrong on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.count = 0

    def grow(self, node: yaml.Node, line: int, depth: int) -> Node:
        """The node and all below it; aliases are followed, so both limits hold for them too."""
        self.count += 1
        if depth > DEEPEST or self.count > MOST_NODES:
            raise _wrong(self.path, line, "its aliases unfold into too much; write it out")
        if node.tag and not node.tag.startswith("tag:yaml.org,2002:"):
            self._find(node, f"the tag {node.tag!r} means nothing in a plan; leave it out")
        if isinstance(node, yaml.MappingNode):
            return Node(line, self._mapping(node, depth))
        if isinstance(node, yaml.SequenceNode):
            items = (item for item in node.value if not _is_absent(item, ("",)))
            return Node(line, tuple(self.grow(i, i.start_mark.line + 1, depth + 1) for i in items))
        return Node(line, str(node.value))

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Node]:
        seen: dict[str, int] = {}
        children: dict[str, Node] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = key.value
            if not isinstance(name, str):
                self._find(key, "a key has to be a text; found a list or a mapping")
            elif name == "<<" and not key.style:
                self._find(key, "'<<' is not followed in a plan; write the keys out here")
            elif name in seen:
                self._find(key, f"'{name}' is given twice, first on line {seen[name]}")
            else:
                seen[name] = line
                if not _is_absent(value, _EMPTY_VALUES):
                    children[name] = self.grow(value, line, depth + 1)
        return children

    def _find(self, node: yaml.Node, text: str) -> None:
        self.findings.append(Finding(str(self.path), node.start_mark.line + 1, text))


def _is_absent(node: yaml.Node, empty: object) -> bool:
    """Whether a bare scalar says nothing; in a list 'null' is a text, such as a code to skip."""
    bare = isinstance(node, yaml.ScalarNode) and not node.style
    return bare and node.value in empty  # type: ignore[operator]


def _broken(path: Path, text: str, error: yaml.YAMLError) -> PlanError:
    if not isinstance(error, yaml.MarkedYAMLError):
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        return _wrong(path, line, "holds a control character that YAML does not allow")
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    if problem == "found unexpected end of stream" and error.context_mark:
        mark = error.context_mark
    line = mark.line + 1 if mark else 1
    return _wrong(path, line, _plain_problem(problem, text, line, mark.column if mark else 0))


def _plain_problem(problem: str, text: str, line: int, column: int) -> str:
    if problem == "found character that cannot start any token":
        letter = "".join(text.splitlines()[line - 1 : line])[column : column + 1]
        return (
            _SENTENCES["found a tab character that violates indentation"]
            if (letter == "\t")
            else f"a text that starts with '{letter}' needs quotes"
        )
    return _SENTENCES.get(problem, f"is not valid YAML: {problem}")
