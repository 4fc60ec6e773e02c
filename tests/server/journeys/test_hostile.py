"""Whatever customers, colleagues and files say, it is shown and never run, and it spills nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.site import Site, site
from tests.server.journeys.visiting import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
SCRIPT = "<script>alert(1)</script>\"'{{7*7}}{% load x %}<img src=x onerror=alert(2)>"
# An override that turns the line around, never ended; and a word that no line holds.
TURNED = "\u202etfel ot\u2066 ${7*7} javascript:alert(3)"
WORD = "Donau" * 800
_PLAN = """\
company: {name: "%(script)s", timezone: Europe/Copenhagen, currency: EUR}
every: month
privacy: {min_group: 1}
segments: [country, other]
sources:
  - name: rows
    fact: responses
    from: data.csv
    columns: {response_id: id, customer_id: customer, answered_at: day, touchpoint: place, comment: words}
    attributes: {country: country, other: other}
    questions: [{name: happy, type: csat, score: score, scale: [1, 5]}]
  - {name: answers, fact: responses, from: server}
journeys:
  - name: buy
    title: "%(script)s"
    touchpoints:
      - {name: web, title: "%(script)s", owner: "%(turned)s", needs: "%(word)s", tools: "%(script)s", perception: [csat], not_wanted: {interaction: "%(script)s"}}
      - {name: desk, title: "%(word)s", perception: [csat], not_wanted: {outcome: "%(turned)s"}}
notes:
  - {day: 2026-09-03, text: "%(script)s"}
  - {day: 2026-09-04, text: "%(word)s"}
"""
_PAGES = (
    "/", "/?segment.country=%3Cscript%3Ealert(4)%3C/script%3E", "/touchpoints/web", "/touchpoints/desk",
    "/metric", "/metric/csat?touchpoint=web", "/metric/csat/behind?touchpoint=web", "/metric/csat/behind?touchpoint=desk&order=worst",
    "/compare?metric=csat&touchpoint=web", "/data", "/plan", "/plan/file", "/plan/touchpoints/web", "/board",
    "/responses", "/people", "/accounts", "/surveys", "/programs", "/invitations", "/trends", "/tags", "/sharing", "/members", "/plan/history",
)  # fmt: skip
_TOLD = """
from milepost.server.models import Member, Person, Program, Response, Survey, Tag, Tagging
words = {words!r}
Member.objects.filter(role="administrator").update(name=words[0][:100])
for n, text in enumerate(words):
    Survey.objects.filter(pk__in=Survey.objects.order_by("pk").values("pk")[n:n + 1]).update(title=text[:100])
    Program.objects.filter(pk__in=Program.objects.order_by("pk").values("pk")[n:n + 1]).update(title=text[:100])
    tag = Tag.objects.create(name=text[:40], key=text[:40].casefold())
    latest = list(Response.objects.filter(quarantined=False, person__isnull=False).order_by("-day")[n * 9:n * 9 + 9])
    Response.objects.filter(pk__in=[each.pk for each in latest]).update(comment=text, answer=text[:200], attributes={{"country": text[:200]}})
    Person.objects.filter(pk__in=[each.person_id for each in latest]).update(name=text[:200], account=text[:100], attributes={{text[:60]: text[:200]}})
    Tagging.objects.create(tag=tag, response=latest[0])
    person = latest[0].person.key
    print(f"/people/{{person}} /people/{{person}}/story /responses/{{latest[0].key}}")
"""


@pytest.fixture
def hostile(company_made: Path, tmp_path: Path) -> Iterator[Site]:
    """A company in which every text is one that nobody should have to show."""
    texts = {"script": SCRIPT, "turned": TURNED, "word": WORD}
    quoted = {name: text.replace("\\", "\\\\").replace('"', '\\"') for name, text in texts.items()}
    with site(company_made, tmp_path / "hostile", without=("milepost.yaml",)) as found:
        (found.folder / "milepost.yaml").write_text(_PLAN % quoted, "utf-8")
        (found.folder / "data.csv").write_text(_rows(), "utf-8")
        yield found


def _rows() -> str:
    """Answers of three months at two touchpoints, with all that a file may say."""
    texts = [SCRIPT, TURNED, WORD]
    lines = ["id,customer,day,place,score,words,country,other"]
    for n in range(240):
        words, country, other = (texts[(n + more) % 3] for more in range(3))
        cells = [f"r{n}", f"{texts[n % 2]}{n}", f"2026-{8 + n % 3:02d}-{n % 28 + 1:02d}", ("web", "desk")[n % 2], str(n % 5 + 1), words, country[:80], other[:200]]  # fmt: skip
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("width", [1280, 360])
def test_hostile_words_are_shown_and_nothing_runs(hostile: Site, visit: Visit, width: int) -> None:
    told = hostile.python(_TOLD.format(words=[SCRIPT, TURNED, WORD])).split()
    with visit(hostile, "administrator", viewport={"width": width, "height": 800}) as me:
        for path in (*_PAGES, *told):
            answer = me.page.goto(f"{hostile.url}{path}")
            assert answer is not None
            assert answer.ok, path
            me.settled()
            me.drawn()
            me.fits(f"hostile{path.partition('?')[0].replace('/', '-')[:30]}")
            _nothing_made(me, path)
        me.go("/metric/csat?touchpoint=web")
        me.page.locator("details summary", has_text="Save this view").click()
        me.page.get_by_label("Title").fill(SCRIPT[:80])
        me.press("Save")
        home = me.go("/")
        expect(home.locator("nav.views")).to_contain_text(SCRIPT[:40])
        _nothing_made(me, "saved view")
        me.fits("hostile-views")


def _nothing_made(me: Visitor, path: str) -> None:
    """No element came of a text, and no template ran one."""
    made = me.page.locator("img[src=x], main script:not([type='application/json'])")
    assert made.count() == 0, path
    assert me.page.locator("h1").count() == 1, path
    assert "49" not in me.page.title(), path
