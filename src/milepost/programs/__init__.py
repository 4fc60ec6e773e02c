"""Whom we ask what and when: surveys and their texts, and the rules that decide who is asked."""

from __future__ import annotations
