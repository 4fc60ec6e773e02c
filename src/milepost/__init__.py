"""Milepost: measurement of customer experience along the whole journey."""

from __future__ import annotations

__version__ = "0.1.0"
