"""The settings that the host set, as they are in force; secrets stay hidden."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from milepost.server.settings import SETTINGS, Settings

_HIDDEN = _("set, not shown")


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its environment variable, the value to show, and where the value came from."""

    variable: str
    value: str
    came: str
    help: str


def in_force(settings: Settings) -> tuple[InForce, ...]:
    """Every setting of the server in its order."""
    return tuple(
        InForce(
            setting.variable,
            str(_HIDDEN)
            if setting.secret and settings.text(setting.name)
            else settings.text(setting.name),
            settings.came[setting.name],
            setting.help,
        )
        for setting in SETTINGS
    )
