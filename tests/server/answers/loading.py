"""Many respondents at once against a real server: what they were told, by page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from tests.server.serving.conftest import Place

CONNECTIONS = 16
# Behind a proxy of ours every respondent has an address of their own, so that no limit is met.
PROXIED = {"MILEPOST_TRUSTED_PROXIES": "127.0.0.1/32"}

_PLANT = """
import json
from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.models import Invitation, Person, Survey, Version
from milepost.server.public import nonces
now, pages = clock.now(), []
for name, anonymous in (("named", False), ("nameless", True)):
    data = {"name": name, "title": name, "type": "nps", "anonymous": anonymous}
    survey = Survey.objects.create(name=name, title=name, document=data, open_link=True)
    survey.current = Version.objects.create(
        survey=survey, number=1, fingerprint=version_of(parse(data)), document=data)
    survey.save()
    if anonymous:
        pages += [(f"/s/{survey.token}", nonces.fresh(survey.token)) for _ in range(COUNT)]
        continue
    people = [Person(external_id=f"c-{i}", name=f"Person {i}") for i in range(COUNT)]
    Person.objects.bulk_create(people)
    asked = [Invitation(survey=survey, version=survey.current, person=person, state="sent",
                        due_at=now, sent_at=now) for person in people]
    Invitation.objects.bulk_create(asked)
    pages += [(f"/a/{one.token}", nonces.fresh(one.token)) for one in asked]
print(json.dumps(pages))
"""
_STORED = """
import json
from milepost.server.models import Response
rows = Response.objects.values_list("invitation__token", "nonce", "score", "comment")
print(json.dumps([(token or nonce, score, comment) for token, nonce, score, comment in rows]))
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that somebody has open: its path and its nonce."""

    path: str
    nonce: str

    @property
    def key(self) -> str:
        """What the answer is found by: the invitation's token or, without one, the nonce."""
        return self.path[3:] if self.path.startswith("/a/") else self.nonce.partition(":")[0]


@dataclass(slots=True)
class Told:
    """The statuses that pages got, in order; a page without an answer at all has none."""

    statuses: dict[str, list[int]] = field(default_factory=dict)

    def acknowledged(self) -> set[str]:
        """The keys of the pages that were told their answer is stored."""
        return {key for key, told in self.statuses.items() if 302 in told}


def pages(place: Place, count: int) -> list[Page]:
    """Open pages: so many of personal links and so many of an anonymous survey, in turns."""
    made = json.loads(place.python(_PLANT.replace("COUNT", str(count))).stdout)
    named, nameless = made[:count], made[count:]
    return [Page(*one) for pair in zip(named, nameless, strict=True) for one in pair]


def stored(place: Place) -> dict[str, list[tuple[int, str]]]:
    """The scores and comments in the database, by the key of their page."""
    found: dict[str, list[tuple[int, str]]] = {}
    for key, score, comment in json.loads(place.python(_STORED).stdout):
        found.setdefault(key, []).append((score, comment))
    return found


def score_of(page: Page) -> int:
    """The score that a page's respondent gives."""
    return sum(page.nonce.encode()) % 11


def answer(port: int, given: Sequence[Page], *, into: Told | None = None, **fields: str) -> Told:
    """Send the first page of each, by sixteen connections, until all are answered or the server is gone.

    What was told is put `into` as it comes.
    """
    told = into or Told()
    threads = [
        Thread(target=_sender, args=(port, given[at::CONNECTIONS], fields, told))
        for at in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _sender(port: int, given: Sequence[Page], fields: dict[str, str], told: Told) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        for number, page in enumerate(given):
            status = _send(connection, page, number, fields)
            # Appending to a list is one step, so no sender loses another's.
            told.statuses.setdefault(page.key, []).append(status)
    except (OSError, HTTPException):
        # The server was killed: the rest stays unanswered.
        return
    finally:
        connection.close()


def _send(connection: HTTPConnection, page: Page, number: int, fields: dict[str, str]) -> int:
    form: dict[str, Any] = {"nonce": page.nonce, "step": "first", "score": score_of(page), **fields}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": f"10.{number % 256}.{hash(page.key) % 256}.1",
        "User-Agent": "Mozilla/5.0 Firefox/140.0",
    }
    connection.request("POST", page.path, urlencode(form), headers)
    response = connection.getresponse()
    response.read()
    return response.status


def tally(told: Told) -> Counter[int]:
    """How often each status was told."""
    return Counter(status for statuses in told.statuses.values() for status in statuses)
