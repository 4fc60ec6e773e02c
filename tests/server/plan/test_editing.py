"""The plan changed on pages: seen before it is written, written whole, kept, and undone."""

from __future__ import annotations

import datetime
import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from milepost.server.models import Audit, PlanEdit
from tests.server.plan.conftest import PLAN

pytestmark = pytest.mark.django_db


def _hidden(html: str) -> dict[str, list[str]]:
    """The hidden fields of the page's form, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html):
        found.setdefault(name, []).append(
            value.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
        )
    found.pop("csrfmiddlewaretoken", None)
    return found


def _typed(client: Client, name: str, **more: Any) -> dict[str, Any]:
    """What a browser sends of the touchpoint's form, with some fields typed over."""
    form = client.get(f"/plan/touchpoints/{name}").context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    page = client.get(f"/plan/touchpoints/{name}").content.decode()
    return {**sent, **_hidden(page), **more}


def _saved(client: Client, path: str, typed: dict[str, Any]) -> Any:
    shown = client.post(path, {**typed, "do": "look"})
    assert shown.status_code == 200, shown.content.decode()
    return client.post(path, {**_hidden(shown.content.decode()), "do": "save", "why": "we agreed"})


def test_a_target_and_an_owner_are_shown_as_a_difference_and_then_written(
    manager: Client, file: Path
) -> None:
    typed = _typed(manager, "delivery", target_csat="87.5", owner="ops@northwind.example")
    shown = manager.post("/plan/touchpoints/delivery", {**typed, "do": "look"})
    lines = [(line.mark, line.text.strip()) for line in shown.context["edit"].difference]
    assert ("-", "targets: {csat: 85}   # agreed in spring") in lines
    assert ("+", "targets: {csat: 87.5}   # agreed in spring") in lines
    assert ("+", "owner: ops@northwind.example") in lines
    assert file.read_text() == PLAN
    _saved(manager, "/plan/touchpoints/delivery", typed)
    assert file.read_text() == PLAN.replace("csat: 85}   # agreed in spring\n",
        "csat: 87.5}   # agreed in spring\n        owner: ops@northwind.example\n")  # fmt: skip
    row = PlanEdit.objects.get()
    assert (row.verb, row.about, row.state, row.why) == (
        "touchpoint",
        "delivery",
        "written",
        "we agreed",
    )
    assert row.before == PLAN
    assert Audit.objects.filter(verb="change_plan", member__role="manager").count() == 1


def test_nothing_typed_changes_nothing(manager: Client, file: Path) -> None:
    answer = manager.post(
        "/plan/touchpoints/delivery", {**_typed(manager, "delivery"), "do": "look"}
    )
    assert answer.status_code == 302
    assert file.read_text() == PLAN
    assert not PlanEdit.objects.exists()


def test_what_would_break_the_plan_is_told_and_not_written(manager: Client, file: Path) -> None:
    typed = _typed(manager, "delivery", target_csat="120")
    path = "/plan/touchpoints/delivery"
    shown = manager.post(path, {**typed, "do": "look"})
    assert "out of its reach" in shown.context["findings"][0]
    again = manager.post(path, {**_hidden(shown.content.decode()), "do": "save"})
    assert again.context["findings"]
    assert file.read_text() == PLAN


def test_two_at_once_the_second_is_told_and_both_changes_stand(manager: Client, file: Path) -> None:
    first = _typed(manager, "delivery", owner="first@northwind.example")
    second = _typed(manager, "delivery", tools="sensors")
    path = "/plan/touchpoints/delivery"
    of_second = _hidden(manager.post(path, {**second, "do": "look"}).content.decode())
    _saved(manager, path, first)
    told = manager.post(path, {**of_second, "do": "save"})
    assert told.status_code == 409
    assert "tools" not in file.read_text()
    done = manager.post(path, {**_hidden(told.content.decode()), "do": "save"})
    assert done.status_code == 302
    assert "owner: first@northwind.example" in file.read_text()
    assert "tools: sensors" in file.read_text()


def test_a_change_by_hand_in_between_is_kept_and_told(manager: Client, file: Path) -> None:
    path = "/plan/touchpoints/delivery"
    _saved(manager, path, _typed(manager, "delivery", tools="sensors"))
    mine = _hidden(
        manager.post(
            path, {**_typed(manager, "delivery", owner="me"), "do": "look"}
        ).content.decode()
    )
    by_hand = file.read_text().replace("every: month", "every: week")
    file.write_text(by_hand)
    told = manager.post(path, {**mine, "do": "save"})
    assert told.status_code == 409
    manager.post(path, {**_hidden(told.content.decode()), "do": "save"})
    assert "every: week" in file.read_text()
    assert "owner: me" in file.read_text()
    assert [row.verb for row in PlanEdit.objects.all()] == ["touchpoint", "by hand", "touchpoint"]


def test_signals_and_reasons_are_changed(manager: Client, file: Path) -> None:
    typed = _typed(
        manager, "delivery", signals_interaction=["answered_share|touchpoint|"],
        signals_perception=["csat|touchpoint|", "nps|company|"],
        **{"signals_outcome": ["contacts_again|touchpoint|"], "within_contacts_again|touchpoint|": "14"},
    )  # fmt: skip
    _saved(manager, "/plan/touchpoints/delivery", typed)
    text = file.read_text()
    assert "interaction: [answered_share]" in text
    assert "perception: [csat, {metric: nps, of: company}]" in text
    assert "outcome:\n          - {metric: contacts_again, within: 14 days}\n" in text
    typed = _typed(manager, "help", not_wanted_outcome="nobody comes twice")
    _saved(manager, "/plan/touchpoints/help", typed)
    assert (
        "{name: help, title: Help, not_wanted: {outcome: nobody comes twice}}" in file.read_text()
    )


def test_an_undo_is_a_change_of_its_own_and_gives_the_same_bytes(
    manager: Client, file: Path
) -> None:
    _saved(manager, "/plan/touchpoints/delivery", _typed(manager, "delivery", tools="sensors"))
    row = PlanEdit.objects.get()
    page = manager.get(f"/plan/history/{row.pk}").content.decode()
    assert "Undo this change" in page
    _saved(manager, f"/plan/history/{row.pk}/undo", _hidden(page))
    assert file.read_bytes() == PLAN.encode()
    assert PlanEdit.objects.first().verb == "undo"
    assert manager.get("/plan/history").content.decode().count("plan/history/") == 2


@pytest.mark.parametrize(
    ("path", "typed", "line"),
    [
        ("/plan/journeys/new", {"title": "Coming back"}, "  - name: coming_back\n    title: Coming back\n"),
        ("/plan/journeys/buy/edit", {"title": "Buying: all", "goal_metric": "csat",
         "goal_touchpoint": "delivery"}, '    title: "Buying: all"\n'),
        ("/plan/journeys/buy/touchpoints/new", {"title": "Return", "name": "returns"},
         "      - name: returns\n        title: Return\n"),
        ("/plan/initiatives/new", {"name": "signs", "started": "2026-03-01", "cost": "1200", "metric": "csat",
         "touchpoint": "delivery"}, "name: signs\n    started: 2026-03-01\n    cost: 1200\n    aims_at: {metric: csat"),
        ("/plan/notes/new", {"day": "2026-05-12", "text": "strike: all"}, 'day: 2026-05-12, text: "strike: all"'),
        ("/plan/company", {"name": "Northwind", "timezone": "Europe/Copenhagen", "every": "week",
         "currency": "DKK", "target_nps": "40"}, "targets: {nps: 40}\n"),
        ("/plan/touchpoints/help/move", {"to": "up"},
         "    touchpoints:\n      - {name: help, title: Help}\n      # They wait for it.\n"),
    ],
)  # fmt: skip
def test_every_part_of_the_plan_is_changed_by_its_form(
    manager: Client, file: Path, path: str, typed: dict[str, str], line: str
) -> None:
    _saved(manager, path, typed)
    assert line in file.read_text()
    assert "# They wait for it." in file.read_text()


@pytest.mark.parametrize("kind", ["touchpoint", "journey", "initiative"])
def test_what_is_removed_is_shown_first(manager: Client, file: Path, kind: str) -> None:
    _saved(manager, "/plan/initiatives/new", {"name": "signs", "started": "2026-03-01"})
    name = {"touchpoint": "help", "journey": "buy", "initiative": "signs"}[kind]
    _saved(manager, f"/plan/remove/{kind}/{name}", {"csrf": ""})
    assert f"name: {name}" not in file.read_text()


def test_a_responder_sees_the_plan_and_changes_nothing(signed_in: Any, file: Path) -> None:
    responder = signed_in("responder")
    page = responder.get("/plan")
    assert page.status_code == 200
    assert "/plan/touchpoints/" not in page.content.decode()
    assert responder.get("/plan/touchpoints/delivery").status_code == 403
    assert responder.post("/plan/touchpoints/help/move", {"to": "up"}).status_code == 403


def test_a_plan_with_mistakes_is_shown_with_them(manager: Client, file: Path) -> None:
    file.write_text(PLAN.replace("csat: 85", "cast: 85"))
    assert "cast" in manager.get("/plan").context["findings"][0]
    file.write_text("company: [")
    assert manager.get("/plan").context["findings"]
    assert manager.get("/plan/file").status_code == 200
    assert manager.get("/plan/touchpoints/delivery").status_code == 404


def test_names_in_the_file_cannot_write_html(manager: Client, file: Path) -> None:
    file.write_text(PLAN.replace("title: Delivery", "title: <script>alert(1)</script>"))
    for path in ("/plan", "/plan/file", "/plan/touchpoints/delivery"):
        assert "<script>alert" not in manager.get(path).content.decode()


def test_windows_line_ends_survive_a_page(manager: Client, file: Path) -> None:
    file.write_bytes(PLAN.replace("\n", "\r\n").encode())
    _saved(manager, "/plan/touchpoints/delivery", _typed(manager, "delivery", tools="sensors"))
    assert (
        file.read_bytes().count(b"\r\n") == file.read_bytes().count(b"\n") == PLAN.count("\n") + 1
    )


def test_the_history_takes_as_many_queries_with_a_hundred_rows_as_with_one(
    manager: Client, member: Any, file: Path
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert manager.get("/plan/history").status_code == 200
        return len(found)

    by = member("administrator")
    PlanEdit.objects.create(
        member=by, verb="touchpoint", after=PLAN, after_hash="a", state="written"
    )
    one = asked()
    for _ in range(99):
        PlanEdit.objects.create(
            member=by, verb="touchpoint", after=PLAN, after_hash="a", state="written"
        )
    assert asked() == one


def test_looking_at_the_plan_writes_nothing(manager: Client, file: Path) -> None:
    before = sorted(path.name for path in file.parent.rglob("*"))
    for path in (
        "/plan",
        "/plan/file",
        "/plan/history",
        "/plan/company",
        "/plan/touchpoints/delivery",
    ):
        assert manager.get(path).status_code == 200
    assert sorted(path.name for path in file.parent.rglob("*")) == before
    assert not PlanEdit.objects.exists()
    assert file.read_text() == PLAN


SIGNS = """\
initiatives:
  # The board wants them.
  - name: signs
    started: 2026-03-01   # the first of them
    cost: 1200
    aims_at: {metric: csat, touchpoint: delivery}
"""


def test_an_initiative_is_changed_in_the_lines_that_change(manager: Client, file: Path) -> None:
    file.write_text(PLAN + SIGNS)
    path = "/plan/initiatives/signs/edit"
    assert path in manager.get("/plan").content.decode()
    form = manager.get(path).context["form"]
    shown = {field.name: field.value() for field in form}
    assert shown == {
        "started": datetime.date(2026, 3, 1), "cost": "1200", "metric": "csat", "touchpoint": "delivery"
    }  # fmt: skip
    typed = {**shown, "started": "2026-04-01", "cost": "1500.5", "touchpoint": ""}
    _saved(manager, path, typed)
    assert file.read_text() == PLAN + SIGNS.replace("03-01", "04-01").replace(
        "1200", "1500.5"
    ).replace(", touchpoint: delivery", "")
    assert PlanEdit.objects.get().verb == "initiative"
    assert "Changed an initiative" in manager.get("/plan/history").content.decode()
    _saved(manager, path, {"started": "2026-04-01", "cost": "", "metric": ""})
    assert "cost" not in file.read_text()
    assert "aims_at" not in file.read_text()
    assert manager.post(path, {"started": "2026-04-01", "cost": ""}).status_code == 302


def test_an_initiative_may_keep_a_metric_that_is_not_offered(manager: Client, file: Path) -> None:
    file.write_text(PLAN + SIGNS.replace("csat", "orders_late"))
    form = manager.get("/plan/initiatives/signs/edit").context["form"]
    assert form["metric"].value() in dict(form.fields["metric"].choices)


def test_an_initiative_that_is_not_there_is_not_changed(
    manager: Client, signed_in: Any, file: Path
) -> None:
    assert manager.get("/plan/initiatives/signs/edit").status_code == 404
    file.write_text(PLAN + SIGNS)
    responder = signed_in("responder")
    assert responder.get("/plan/initiatives/signs/edit").status_code == 403
    assert responder.post("/plan/initiatives/signs/edit", {"started": "2026-04-01"}).status_code == 403  # fmt: skip


def test_a_note_of_several_lines_is_removed_by_the_button_beside_it(
    manager: Client, file: Path
) -> None:
    file.write_text(
        PLAN + "notes:\n  - day: 2026-01-02\n    text: |\n      Strike\n      of  all\n"
    )
    (note,) = manager.get("/plan").context["plan"].notes
    # So a browser sends line ends.
    typed = {"day": "2026-01-02", "text": note.text.replace("\n", "\r\n")}
    _saved(manager, "/plan/notes/remove", typed)
    assert file.read_text() == PLAN


NOTES = """\
notes:
  # Two of one day.
  - {day: 2026-01-02, text: Strike}   # until noon
  - day: 2026-01-02
    text: |
      Snow & ice:
      100 % of trains
"""


def test_a_note_is_changed_in_the_lines_that_change(manager: Client, file: Path) -> None:
    file.write_text(PLAN + NOTES)
    paths = re.findall(r'href="(/plan/notes/edit[^"]+)"', manager.get("/plan").content.decode())
    strike, snow = map(html.unescape, paths)
    form = manager.get(snow).context["form"]
    assert form["text"].value() == "Snow & ice: 100 % of trains"
    _saved(manager, snow, {"day": "2026-01-03", "text": form["text"].value()})
    snowed = NOTES.replace("- day: 2026-01-02", "- day: 2026-01-03")
    assert file.read_text() == PLAN + snowed
    _saved(manager, strike, {"day": "2026-01-02", "text": "Strike of the ground staff"})
    assert file.read_text() == PLAN + snowed.replace("Strike}", "Strike of the ground staff}")
    assert PlanEdit.objects.first().verb == "note"
    assert "Changed a note" in manager.get("/plan/history").content.decode()
    # What another wrote meanwhile is not written over.
    assert manager.get(strike).status_code == 404
    assert manager.post(strike, {"day": "2026-01-02", "text": "x", "do": "look"}).status_code == 404


@pytest.mark.parametrize("query", ["", "?day=x&text=y", "?day=2026-01-02", "?day=9&text=%F0"])
def test_a_note_that_is_not_there_is_not_changed(manager: Client, file: Path, query: str) -> None:
    file.write_text(PLAN + NOTES)
    assert manager.get(f"/plan/notes/edit{query}").status_code == 404


def test_a_responder_edits_no_note(signed_in: Any, file: Path) -> None:
    file.write_text(PLAN + NOTES)
    responder = signed_in("responder")
    assert "/plan/notes/edit" not in responder.get("/plan").content.decode()
    assert responder.get("/plan/notes/edit?day=2026-01-02&text=Strike").status_code == 403


def test_what_an_editor_wrote_while_a_page_was_open_is_not_taken_back(
    manager: Client, file: Path
) -> None:
    file.write_text(PLAN.replace("Northwind", "Nordwind"))  # stands in no history
    typed = _typed(manager, "delivery", owner="me")
    file.write_text(file.read_text().replace("title: Delivery", "title: At the door"))
    shown = manager.post("/plan/touchpoints/delivery", {**typed, "do": "look"})
    assert shown.status_code == 409
    changed = [line.text.strip() for line in shown.context["edit"].difference if line.mark in "+-"]
    assert changed == ["owner: me"]


def test_a_reason_holds_nothing_that_disguises_it(manager: Client, file: Path) -> None:
    shown = manager.post("/plan/notes/new", {"day": "2026-01-02", "text": "x", "do": "look"})
    sent = {**_hidden(shown.content.decode()), "do": "save", "why": "a\0b\u202ec"}
    manager.post("/plan/notes/new", sent)
    assert PlanEdit.objects.get().why == "a\\x00b\\u202ec"


def test_a_touchpoint_may_be_called_like_a_part_of_the_page(manager: Client, file: Path) -> None:
    file.write_text(PLAN.replace("name: help", "name: company"))
    ids = re.findall(r' id="([^"]+)"', manager.get("/plan").content.decode())
    assert len(ids) == len(set(ids))
    moved = manager.post("/plan/touchpoints/company/move", {"to": "down"})
    assert moved.headers["Location"] == "/plan#at-company"


@pytest.mark.parametrize("before", ["9" * 5000, "9" * 25, "²", "-1", "x"])
def test_an_odd_address_of_the_history_is_no_fault(
    manager: Client, file: Path, before: str
) -> None:
    assert manager.get("/plan/history", {"before": before}).status_code == 200
