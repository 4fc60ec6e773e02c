"""Did it work: a metric before and after an initiative, beside a control, and the share price."""

from __future__ import annotations
