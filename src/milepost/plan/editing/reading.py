"""A text as a plan, as far as it can be read: for showing what a page may change in it."""

from __future__ import annotations

from milepost.plan.editing.edit import EditError
from milepost.plan.editing.splicing import read
from milepost.plan.editing.tree import Data
from milepost.plan.fitting import fit
from milepost.plan.model import Plan
from milepost.plan.reading import Node


def plan_of(text: str) -> Plan | None:
    """The plan in a text without what is wrong in it; None where nothing can be made of it."""
    try:
        said = read(text)
    except EditError:
        return None
    return fit(_node(said), "")[0] if isinstance(said, dict) else None


def _node(said: Data) -> Node:
    if isinstance(said, dict):
        return Node(1, {key: _node(value) for key, value in said.items() if value is not None})
    if isinstance(said, list):
        return Node(1, tuple(_node(item) for item in said if item is not None))
    return Node(1, said or "")
