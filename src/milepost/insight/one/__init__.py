"""One metric from every side: over time, by segment, its distribution, its definition, its data."""

from __future__ import annotations
