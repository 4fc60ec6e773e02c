"""From the user's files to a staged table in DuckDB; every record is read, or refused and counted."""

from __future__ import annotations

from milepost.engine.reading.finding import find_files, fingerprint
from milepost.engine.reading.staged import Column, Refused, Staged
from milepost.engine.reading.staging import columns_of, line_of, sample, stage

__all__ = [
    "Column",
    "Refused",
    "Staged",
    "columns_of",
    "find_files",
    "fingerprint",
    "line_of",
    "sample",
    "stage",
]
