"""What is asked: survey types, the survey as a document, its words in each language, its answers."""

from __future__ import annotations
