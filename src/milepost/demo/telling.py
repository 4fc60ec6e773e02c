"""The truths in words, with the commands that show them: the page beside the demo."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from milepost.demo.programs import COMPANY
from milepost.demo.span import Span
from milepost.demo.truths import NON_TRUTHS, TRUTHS
from milepost.engine.question import Question


def page(span: Span) -> str:
    """What is planted in the demo of a span, in Markdown."""
    return "\n".join(_lines(span)) + "\n"


def command(question: Question) -> str:
    """A question as it is asked on the terminal."""
    words = ["milepost", "measure", *question.metrics]
    words += ["--touchpoint", question.touchpoint] if question.touchpoint else []
    for name in question.by:
        words += ["--by", name]
    words += ["--every", question.every] if question.every else []
    words += ["--since", question.since.isoformat()] if question.since else []
    words += ["--until", question.until.isoformat()] if question.until else []
    words += ["--where", question.where] if question.where else []
    words += ["--against", question.against] if question.against != "previous" else []
    return shlex.join(words)


def _lines(span: Span) -> Iterator[str]:
    yield f"# What is planted in {COMPANY}"
    yield ""
    yield f"{COMPANY} never was. Its time runs from {span.since} to the day before {span.until}."
    yield "Each command shows what it says; the last word is the verdict that Milepost gives."
    for truth in TRUTHS:
        yield from ("", f"## {truth.title}", "", truth.words, "", "```console")
        for look in truth.looks:
            yield f"$ {command(look.ask(span))}"
            yield f"# {', '.join(look.by.values()) or look.question.touchpoint}: {look.verdict}"
        yield "```"
    yield from ("", "## What is not planted", "")
    yield "Nothing was done to these, so no verdict should call them a real change. Now and then one"
    yield "will, with another seed or on another day: that is what a false discovery rate says."
    yield ""
    for none in NON_TRUTHS:
        yield f"- {none.words} `{command(none.ask(span))}`"
