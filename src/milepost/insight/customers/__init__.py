"""Who comes back, for how long, and what they are worth: cohorts and lifetime value."""

from __future__ import annotations
