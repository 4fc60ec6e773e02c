"""What the parts of a plan may point at: its names and the shapes of its facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from milepost.plan import facts
from milepost.plan.facts import FactShape
from milepost.plan.model import OwnFact, Plan
from milepost.plan.reading import Node, Place, Step, node_at


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a plan gives, taken from its text so that a part that is wrong keeps its name.

    `shapes` lacks a fact of one's own that is itself wrong. `mapped` has what the sources of each
    fact name: attributes, columns and measures.
    """

    touchpoints: frozenset[str]
    facts: frozenset[str]
    attributes: frozenset[str]
    shapes: Mapping[str, FactShape]
    root: Node
    mapped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    collected: frozenset[str] = frozenset()

    def may_have(self, fact: str, name: str) -> bool:
        """Whether a fact's rows may have a column; what a server collects is not known beforehand."""
        known = {column.lower() for column in self.columns(fact)}
        return fact in self.collected or name.lower() in known

    def columns(self, fact: str) -> frozenset[str]:
        """The columns that a fact's rows may have; a source of an unknown fact may be meant for it."""
        strays = (names for name, names in self.mapped.items() if name not in self.facts)
        return frozenset(facts.stored(self.shapes[fact])).union(
            self.mapped.get(fact, frozenset()), *strays
        )

    def whole(self, place: Place) -> bool:
        """Whether nothing was taken out of a part, so that one may say what is missing in it."""
        node = node_at(self.root, place)
        if not node or node.hurt:
            return False
        inner = node.value.values() if isinstance(node.value, dict) else ()
        return not any(child.hurt for child in inner)


def scope_of(plan: Plan, *trees: Node) -> Scope:
    """The scope of a plan, its tree as it was written, and last the tree it was made of."""
    return Scope(
        touchpoints=_texts(trees, "journeys", "touchpoints", "name"),
        facts=_texts(trees, "facts", "name") | frozenset(facts.BY_NAME),
        attributes=_keys(trees, "sources", "attributes"),
        shapes=shapes(plan.facts),
        root=trees[-1],
        mapped=_mapped(trees),
        collected=plan.collected,
    )


def shapes(own: tuple[OwnFact, ...]) -> dict[str, FactShape]:
    """Every fact by name: the built-in ones and those of the plan."""
    mine = {
        fact.name: FactShape(fact.name, fact.key, fact.time, fact.columns, (fact.key, fact.time))
        for fact in own
    }
    return {**mine, **facts.BY_NAME}


def _mapped(trees: tuple[Node, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for source in (node for tree in trees for node in _at(tree, ("sources",))):
        named = source.child("fact")
        fact = named.value if named and isinstance(named.value, str) else ""
        # An answer's row has no measures.
        kept = ("attributes",) if fact == "responses" else ("attributes", "columns", "rows")
        names = frozenset[str]().union(*(_keys((source,), key) for key in kept))
        found[fact] = found.get(fact, frozenset()) | names
    return found


def _texts(trees: tuple[Node, ...], *steps: Step) -> frozenset[str]:
    found = (node.value for tree in trees for node in _at(tree, steps))
    return frozenset(value for value in found if isinstance(value, str))


def _keys(trees: tuple[Node, ...], *steps: Step) -> frozenset[str]:
    found = (node.value for tree in trees for node in _at(tree, steps))
    return frozenset(key for value in found if isinstance(value, dict) for key in value)


def _at(node: Node, steps: tuple[Step, ...]) -> Iterator[Node]:
    """The nodes under some keys, in every item of the lists on the way."""
    if isinstance(node.value, tuple):
        for item in node.value:
            yield from _at(item, steps)
    elif not steps:
        yield node
    else:
        child = node.child(steps[0])
        if child:
            yield from _at(child, steps[1:])
