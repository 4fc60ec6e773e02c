"""However many send the same page at once, there is one answer; on whichever database the suite runs."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.server.answers.loading import (
    CONNECTIONS,
    PROXIED,
    Page,
    answer,
    pages,
    score_of,
    stored,
    tally,
)
from tests.server.serving.conftest import Place, Running

_TABS = """
import json
from milepost import clock
from milepost.server.models import Invitation, Person, Survey, Version
from milepost.server.public import nonces
now, name = clock.now(), "tabs-ANONYMOUS".lower()
data = {"name": name, "title": name, "type": "nps", "anonymous": ANONYMOUS}
survey = Survey.objects.create(name=name, title=name, document=data)
survey.current = Version.objects.create(survey=survey, number=1, fingerprint="x", document=data)
survey.save()
asked = Invitation.objects.create(
    survey=survey, version=survey.current, person=Person.objects.create(external_id=name),
    state="sent", due_at=now, sent_at=now)
print(json.dumps([(f"/a/{asked.token}", nonces.fresh(asked.token)) for _ in range(COUNT)]))
"""
_COUNTED = """
from milepost.server.models import Change, Response
print([Response.objects.count(), Change.objects.count()])
"""


def tabs(place: Place, *, anonymous: bool) -> list[Page]:
    """Pages that stand open behind one link."""
    code = _TABS.replace("ANONYMOUS", str(anonymous)).replace("COUNT", str(CONNECTIONS))
    return [Page(*one) for one in json.loads(place.python(code).stdout)]


def test_sixteen_at_once_on_one_page_are_one_answer(
    begin: Callable[..., Running], place: Place
) -> None:
    running = begin(**PROXIED)
    every = pages(place, 6)

    for page in every:
        told = answer(running.port, [page] * CONNECTIONS)
        assert tally(told) == {302: CONNECTIONS}
    found = stored(place)
    assert found.keys() == {page.key for page in every}
    assert all(found[page.key] == [(score_of(page), "")] for page in every)


def test_sixteen_tabs_of_one_link_are_one_answer(
    begin: Callable[..., Running], place: Place
) -> None:
    running = begin(**PROXIED)
    named, nameless = tabs(place, anonymous=False), tabs(place, anonymous=True)

    # The last one stands, and the others are its history.
    assert tally(answer(running.port, named)) == {302: CONNECTIONS}
    # Nobody can tell whose answer it was, so the first one stands.
    assert tally(answer(running.port, nameless)) == {302: 1, 409: CONNECTIONS - 1}
    responses, changes = json.loads(place.python(_COUNTED).stdout)
    assert responses == 2
    assert 1 <= changes < CONNECTIONS
