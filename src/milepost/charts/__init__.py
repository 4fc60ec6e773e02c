"""How it is drawn: charts as Vega-Lite with their table twins, and the report of one file."""

from __future__ import annotations
