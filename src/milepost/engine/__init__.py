"""From a question to numbers: sources become facts, questions become SQL, sums become estimates."""

from __future__ import annotations
