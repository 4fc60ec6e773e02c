"""What is said of a command line that is itself wrong: one line, the nearest right name, and help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from milepost.errors import hint

# typer gives no name to what all its complaints about a command line have in common.
UsageError: Any = typer.BadParameter.__bases__[0]


def complaint(error: Any, commands: Sequence[str], words: Sequence[str]) -> str:
    """A typer usage error as one line; `words` are what was typed."""
    command = next((word for word in words if not word.startswith("-")), "")
    page = f"milepost {command} --help" if command in commands else "milepost --help"
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        return f"option '{option}' is unknown{hint(option, _options(error))}; see '{page}'"
    if command and command not in commands:
        return f"command '{command}' is unknown{hint(command, commands)}"
    text = error.format_message().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}; see '{page}'"


def _options(error: Any) -> list[str]:
    """The options of the command that was called."""
    parameters = error.ctx.command.params if error.ctx else ()
    return [name for parameter in parameters for name in parameter.opts if name.startswith("--")]
