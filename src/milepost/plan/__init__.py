"""What is measured: milepost.yaml read and checked; facts, question types, expressions, periods."""

from __future__ import annotations
