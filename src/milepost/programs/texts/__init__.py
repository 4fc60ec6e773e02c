"""The shipped texts of surveys, one TOML file a language; English decides which keys there are."""

from __future__ import annotations
