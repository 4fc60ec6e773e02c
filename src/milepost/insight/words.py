"""The words of verdicts, targets and courses: everywhere the same, for every reader to know."""

from __future__ import annotations

BETTER, WORSE, HIGHER, LOWER = "better", "worse", "higher", "lower"
WITHIN = "within usual variation"
TOO_FEW, NO_EARLIER, SO_FAR = "not enough answers", "no earlier figure", "so far"
OPEN, NOT_REACHED = "windows still open", "not reached yet"
SHORT_PAST = "too few periods before"
CUT_SHORT = "part of a period"
HIDDEN = "too few answers to show"
MET, MISSED, CANNOT_TELL = "met", "missed", "cannot tell"
RISING, FALLING, STEADY, SHORT = "rising", "falling", "steady", "too short"
