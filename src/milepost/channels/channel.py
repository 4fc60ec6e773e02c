"""What a channel declares of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach people.

    `address` is what a person must have to be reached by it; None: nobody is sent anything, they
    come by themselves. `consent` says who has to act first: `opt_in`, nobody is asked who has not
    agreed; `opt_out`, nobody who has objected; None, asking takes no consent.
    """

    name: str
    title: str
    address: Literal["email", "phone"] | None
    consent: Literal["opt_in", "opt_out"] | None
    words: str
