"""What speaks for a person or a machine behind a page that was sent: read from the request, judged elsewhere."""

from __future__ import annotations

import re

_EVIDENCE = re.compile(r"p(\d{1,5})k(\d{1,5})f(\d{1,8})t(\d{1,8})")


def judged(request, asked):
    return (), False
