"""`milepost member`: letting a colleague in again who lost the password or the telephone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli import running
from milepost.errors import QuestionError, hint

if TYPE_CHECKING:
    from milepost.server.models import Member

member = typer.Typer(help="The colleagues who may sign in.")
_FOLDER = Path()


@member.command("link")
def link(
    email: Annotated[str, typer.Argument(help="The member's address.")],
    lost_factor: Annotated[
        bool,
        typer.Option("--lost-factor", help="Switch the second factor off too: the phone is lost."),
    ] = False,
    folder: Annotated[Path, typer.Option("--folder", help="The project folder.")] = _FOLDER,
) -> None:
    """Print a link with which a member sets a new password: good once, for an hour."""
    from milepost.server.opening import open_server, require_migrated

    open_server(folder)
    require_migrated()
    from milepost.server.actions.passwords import make_link
    from milepost.server.actions.second_factors import switch_off

    found = _member(email)
    had = bool(found.totp_secret)
    if lost_factor and had:
        switch_off(found)
    running.write(f"{make_link(found)}\n")
    running.write(
        f"With this link {found.email} ({found.role}) sets a new password, once and within an hour;"
        " give it to nobody else. The old password holds until then.\n"
    )
    running.write(f"{_factor(had=had, lost=lost_factor)}\n")


def _factor(*, had: bool, lost: bool) -> str:
    if not had:
        return "There is no second factor."
    if lost:
        return "The second factor is switched off, its recovery codes are void, every session has ended."
    return "The second factor is asked for as before; --lost-factor switches it off."


def _member(email: str) -> Member:
    from milepost.server.models import Member

    address = email.strip().lower()
    found = Member.objects.filter(email=address).first()
    if found is None:
        known = Member.objects.filter(active=True).values_list("email", flat=True)
        raise QuestionError(f"{email}: is no member's address{hint(address, known)}")
    if not found.active:
        raise QuestionError(
            f"{email}: the account is deactivated; an administrator activates it under Members"
        )
    return found
