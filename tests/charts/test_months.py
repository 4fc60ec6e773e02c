"""The names of months on an axis are of the reader's language, whoever looked before."""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations

import pytest

from milepost.charts.locales import LANGUAGES

FIRST = {"en": "Jan", "da": "jan.", "zh": "1月"}
ASKED = """
import sys
from milepost.charts.locales import time_format
print(*(time_format(lang)["shortMonths"][0] for lang in sys.argv[1:]))
"""


@pytest.mark.parametrize("order", list(permutations(LANGUAGES)), ids="-".join)
def test_months_are_of_the_language_whichever_was_drawn_first(order: tuple[str, ...]) -> None:
    # A process of its own: what Babel keeps, it keeps as long as the process lives.
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", ASKED, *order],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.split() == [FIRST[lang] for lang in order]
