"""The text part of a mail: for those who read without markup, and for those who read aloud."""

from __future__ import annotations

from milepost.channels.email.mail import Mail, Notice, Option
from milepost.channels.markup import clean, line


def invitation(mail: Mail) -> str:
    """The question, each answer with its link on a line of its own, and the way out."""
    links = ((mail.view_label, mail.view_url), (mail.unsubscribe_label, mail.unsubscribe_url))
    return _paragraphs(
        clean(mail.greeting),
        clean(mail.intro),
        clean(mail.question),
        "\n".join(_answer(mail, at) for at in range(len(mail.options))),
        "-- ",
        line(mail.brand),
        *map(clean, mail.footer),
        "\n".join(f"{line(label)}: {url}" for label, url in links if url),
    )


def notice(mail: Notice) -> str:
    """The same words as the markup, in the same order."""
    return _paragraphs(
        clean(mail.title),
        clean(mail.score),
        _quoted(clean(mail.words)),
        clean(mail.text),
        "\n".join(f"{line(name)}: {line(value)}" for name, value in mail.facts),
        f"{line(mail.button)}:\n{mail.url}" if mail.url else "",
        "-- ",
        line(mail.brand),
        *map(clean, mail.footer),
    )


def shown(mail: Mail, option: Option) -> str:
    """What stands on an answer's button: numbers and stars show the score, the rest their words."""
    return option.value if mail.drawn in ("scale", "stars") else option.label


def low_end(mail: Mail) -> str:
    """The words at the low end; a scale that may wrap over two rows says which score they mean."""
    return f"{mail.options[0].value} = {mail.low}" if _numbered(mail.drawn, mail.low) else mail.low


def high_end(mail: Mail) -> str:
    """The words at the high end."""
    last = mail.options[-1].value
    return f"{last} = {mail.high}" if _numbered(mail.drawn, mail.high) else mail.high


def _numbered(drawn: str, words: str) -> bool:
    return drawn == "scale" and bool(words)


def _answer(mail: Mail, at: int) -> str:
    option = mail.options[at]
    end = {0: mail.low, len(mail.options) - 1: mail.high}.get(at, "")
    said = line(shown(mail, option))
    if end and said != line(end):
        said = f"{said} ({line(end)})"
    return f"{said}: {option.url}"


def _quoted(words: str) -> str:
    return "\n".join(f"> {row}" for row in words.split("\n")) if words else ""


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text) + "\n"
