"""The report: one self-contained file of the scorecard, its signals, its data and its definitions."""

from __future__ import annotations
