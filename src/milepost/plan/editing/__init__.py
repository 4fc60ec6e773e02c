"""Changing milepost.yaml as text: a change touches its own lines, and every other byte stays."""

from __future__ import annotations
