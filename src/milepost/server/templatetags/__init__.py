"""What templates may ask of numbers and words."""

from __future__ import annotations
