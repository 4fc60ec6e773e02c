"""Days in Danish."""

from __future__ import annotations

DATE_FORMAT = "j. b Y"
DATETIME_FORMAT = "j. b Y, H:i"
MONTH_DAY_FORMAT = "j. b"
YEAR_MONTH_FORMAT = "F Y"
SHORT_DATE_FORMAT = "j. b Y"
SHORT_DATETIME_FORMAT = "j. b Y, H:i"
