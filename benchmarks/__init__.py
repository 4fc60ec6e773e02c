"""How fast Milepost is, and how much memory it takes: `python -m benchmarks` writes RESULTS.md."""

from __future__ import annotations
