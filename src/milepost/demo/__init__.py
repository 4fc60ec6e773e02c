"""A company to look at: generated from a seed, with planted truths that Milepost's numbers have to show."""

from __future__ import annotations
