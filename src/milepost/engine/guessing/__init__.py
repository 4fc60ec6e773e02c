"""Guessing a starter plan from a data file: names and values of columns, and nothing else."""

from __future__ import annotations

from milepost.engine.guessing.guess import guess
from milepost.engine.guessing.guessed import Doubt, Guess, Sample
from milepost.engine.guessing.looking import look
from milepost.engine.guessing.writing import Head, plan_text

__all__ = ["Doubt", "Guess", "Head", "Sample", "guess", "look", "plan_text"]
