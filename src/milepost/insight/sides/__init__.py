"""Two sides of one metric: periods, segments or touchpoints beside each other."""

from __future__ import annotations
