"""What is to be expected: forecasts of counts, and the agents that they need."""

from __future__ import annotations
