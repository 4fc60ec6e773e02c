"""How we reach people: e-mail, links and QR codes, one module each; pure, nothing here sends."""

from __future__ import annotations
