"""Lifetime value, timed: BG/NBD from orders, and against the `lifetimes` package."""
from __future__ import annotations
CASES = {}
