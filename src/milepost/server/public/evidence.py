"""What speaks for a person or a machine behind a page that was sent, as the request tells it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest

from milepost import clock
from milepost.programs.suspicion import Evidence, signals, suspicious
from milepost.server.public.sightings import SEEN

# The page's script tells how many presses (p) and keys (k) it saw, that is: it ran.
_TOLD = re.compile(r"p(\d{1,5})k(\d{1,5})")


def evidence_of(request: HttpRequest, token: str, sent_at: datetime | None = None) -> Evidence:
    """How the page of a link came back; `sent_at` is when the mail with the link went out.

    Whether there is a comment is for the caller to say: it may have come with an earlier page.
    """
    now = clock.now()
    seen = SEEN.of(request, token)
    told = _TOLD.fullmatch(request.POST.get("evidence", ""))
    return Evidence(
        since_delivery=(now - sent_at).total_seconds() if sent_at else None,
        on_page=(now - seen.first_at).total_seconds() if seen else None,
        scores_fetched=len(seen.scores) if seen else 0,
        decoy_fetched=bool(seen and seen.decoy),
        scripts_ran=told is not None,
        inputs=sum(map(int, told.groups())) if told else 0,
        user_agent=request.headers.get("User-Agent"),
    )


def machine(request: HttpRequest, token: str, sent_at: datetime | None = None) -> bool:
    """Whether a machine seems to have pressed the button of a page that asks for nothing else.

    Whoever pressed it seconds after the mail went out is asked once more too: that costs a person
    a second press, and a machine that sends forms would otherwise decide for them.
    """
    found = signals(replace(evidence_of(request, token, sent_at), comment=True))
    return suspicious(found) or any(sign.name == "quick" for sign in found)
