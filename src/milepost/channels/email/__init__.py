"""E-mail: composed here, sent elsewhere; and what comes back when it could not be delivered."""

from __future__ import annotations
