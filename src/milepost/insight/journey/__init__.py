"""The journey map: the scorecard with what an eye on Monday morning needs beside it."""

from __future__ import annotations
