"""The text tree made into a Plan: what is wrong is reported and cut out, the rest goes on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from milepost.errors import Finding
from milepost.plan.model import Plan
from milepost.plan.reading import Node, Place, node_at, plain
from milepost.plan.wording import is_table, keys_at, place_of, sentence

_ROUNDS = 50


def fit(root: Node, file: str) -> tuple[Plan | None, Node, tuple[Finding, ...]]:
    """The plan, the tree it was made of and the mistakes; with mistakes the plan is what is left.

    A mistyped key is read as the one it is nearest to; anything else that is wrong is cut out
    and its surroundings are marked as hurt, so that nobody complains of what is missing there.
    """
    findings: list[Finding] = []
    for _ in range(_ROUNDS):
        try:
            plan = Plan.model_validate(plain(root), by_alias=True, by_name=False)
        except ValidationError as error:
            mending = _Mending(root)
            root = mending.mend(error.errors(include_url=False))
            findings += [Finding(file, line, text) for line, text in mending.found]
        else:
            return plan, root, tuple(dict.fromkeys(findings))
    return None, root, tuple(dict.fromkeys(findings))


class _Mending:
    """One round: what was found, which keys to rename, what to cut, what to stand in."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.found: list[tuple[int, str]] = []
        self.renames: dict[Place, str] = {}
        self.cuts: set[Place] = set()
        self.stand_ins: dict[Place, Node] = {}

    def mend(self, errors: Iterable[ErrorDetails]) -> Node:
        """The tree without what the errors are about."""
        # Unknown keys first: one of them may be the mistyped name of a key that is missing.
        placed = [(error, place_of(error, self.root)) for error in errors if self._matters(error)]
        for error, place in sorted(placed, key=lambda pair: pair[0]["type"] != "extra_forbidden"):
            self._take(error, place)
        return _rebuilt(self.root, self) or self.root

    def _matters(self, error: ErrorDetails) -> bool:
        """Where a text or a mapping may stand pydantic tries both; one complaint is enough."""
        branch = error["loc"][-1] if error["loc"] else ""
        value = node_at(self.root, place_of(error, self.root))
        if branch == "str":
            return not (value and isinstance(value.value, dict))
        return not str(branch).startswith("dict[")

    def _take(self, error: ErrorDetails, place: Place) -> None:
        if error["type"] == "missing":
            self._miss(error, place)
            return
        if error["type"] == "string_type" and error["loc"][-1:] == ("str",):
            error = {**error, "type": "text_or_keys"}
        self._report(error, place, place)
        if error["type"] == "extra_forbidden":
            close = self._meant(place)
            if close:
                self.renames[place] = close
                return
        self.cuts.add(place)

    def _miss(self, error: ErrorDetails, place: Place) -> None:
        parent = node_at(self.root, place[:-1])
        if not parent or place in self._renamed():
            return
        if not parent.hurt:
            self._report(error, place, place[:-1])
        stand_in = _stand_in(place, parent.line)
        if stand_in:
            self.stand_ins[place] = stand_in
        else:
            self.cuts.add(place[:-1])

    def _renamed(self) -> set[Place]:
        return {(*place[:-1], name) for place, name in self.renames.items()}

    def _meant(self, place: Place) -> str | None:
        """The key that a mistyped one stands for, if that one is not given as well."""
        if is_table(place) and not node_at(self.root, (*place[:-1], "from")):
            return "from"
        free = [
            key
            for key in keys_at(place[:-1])
            if not node_at(self.root, (*place[:-1], key))
            and (*place[:-1], key) not in self._renamed()
        ]
        close = difflib.get_close_matches(str(place[-1]), free, n=1, cutoff=0.75)
        return close[0] if close else None

    def _report(self, error: ErrorDetails, place: Place, at: Place) -> None:
        node = node_at(self.root, at) or self.root
        self.found.append((node.line, sentence(error, place, self.root)))


def _stand_in(place: Place, line: int) -> Node | None:
    """What is put for a missing key so that its neighbours can still be checked."""
    match place:
        case ("company",):
            return Node(line, {"name": Node(line, "unnamed")}, hurt=True)
        case (*_, "name"):
            return Node(line, "unnamed" + "_".join(str(step) for step in place[:-1]))
        case ("sources", _, "from"):
            return Node(line, "nowhere")
    return None


def _rebuilt(node: Node, mending: _Mending, at: Place = ()) -> Node | None:
    if at in mending.cuts:
        return None
    if isinstance(node.value, dict):
        kept_pairs = dict(_kept(node.value, mending, at))
        added = _added(mending, at)
        hurt = node.hurt or len(kept_pairs) < len(node.value) or bool(added)
        return replace(node, value={**kept_pairs, **added}, hurt=hurt)
    if isinstance(node.value, tuple):
        items = [_rebuilt(item, mending, (*at, i)) for i, item in enumerate(node.value)]
        kept = tuple(item for item in items if item)
        return replace(node, value=kept, hurt=node.hurt or len(kept) < len(items))
    return node


def _kept(value: dict[str, Node], mending: _Mending, at: Place) -> Iterator[tuple[str, Node]]:
    for key, child in value.items():
        kept = _rebuilt(child, mending, (*at, key))
        if kept:
            yield mending.renames.get((*at, key), key), kept


def _added(mending: _Mending, at: Place) -> dict[str, Node]:
    return {str(place[-1]): node for place, node in mending.stand_ins.items() if place[:-1] == at}
