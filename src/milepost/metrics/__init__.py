"""The catalogue of metrics: definitions as data, the box rules, and the estimators of their sums."""

from __future__ import annotations
