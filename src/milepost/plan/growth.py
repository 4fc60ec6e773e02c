"""How much longer an expression may make a row's texts: what keeps its memory in bounds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

WIDEST = 10_000  # what a text may be padded to
LONGEST_REPLACEMENT = 100  # what may be put in for what is found
MOST = 100  # how many times as long as a row's longest text
_OF_A_TIME = 16  # a format such as '%c' becomes so many times as long, and less


def excess(tree: exp.Expr) -> str | None:
    """Why an expression may make texts of any length of a row's; None where they are bounded.

    Whatever its author wrote out himself, or padded to a number he wrote, counts as one of the
    texts that it reads.
    """
    grown: dict[int, int] = {}
    for node in reversed(list(tree.walk(bfs=True))):  # children before what they are in
        fault = _fault(node)
        if fault:
            return fault
        inner = [grown[id(child)] for child in node.iter_expressions()]
        grown[id(node)] = _growth(node, inner)
    times = grown[id(tree)]
    if times <= MOST:
        return None
    return (
        f"the expression may make a text {times:,} times as long as those it reads; at most"
        f" {MOST} times: put fewer or shorter texts together"
    )


def _fault(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Pad) and not _is_width(node.expression):
        return f"lpad(): write the length as a number of at most {WIDEST:,}"
    if isinstance(node, exp.Replace | exp.RegexpReplace) and not _is_short(node):
        name = "replace" if isinstance(node, exp.Replace) else "regexp_replace"
        return (
            f"{name}(): write what is put in as a text of at most {LONGEST_REPLACEMENT} characters,"
            " such as '-'"
        )
    return None


def _is_width(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Literal) and tree.is_int and int(tree.name) <= WIDEST


def _is_short(node: exp.Expr) -> bool:
    text = node.args.get("replacement")
    return text is None or (isinstance(text, exp.Literal) and len(text.name) <= LONGEST_REPLACEMENT)


def _growth(node: exp.Expr, inner: Sequence[int]) -> int:
    """How many times as long as the longest text that it reads the longest is that a node makes."""
    if isinstance(node, exp.Concat | exp.DPipe):
        return sum(inner)
    most = max(inner, default=1)
    if isinstance(node, exp.Replace | exp.RegexpReplace):
        return most * max(1, len(node.text("replacement")))
    return most * _OF_A_TIME if isinstance(node, exp.TimeToStr) else most
