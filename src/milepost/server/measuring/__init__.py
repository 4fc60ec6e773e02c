"""Numbers for pages: measured in processes of their own, so that those who answer surveys never wait."""

from __future__ import annotations
