"""From staged files to facts: columns typed, questions unpivoted, every record accounted for."""

from __future__ import annotations
