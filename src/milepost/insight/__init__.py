"""What it means: comparison and verdicts, the scorecard, small groups, answers as people read them."""

from __future__ import annotations
