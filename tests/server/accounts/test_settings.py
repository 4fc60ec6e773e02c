"""The settings page: what the company sets is kept, what the host set is shown without its secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.documents import parse_budget
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.forms.company import Settings
from milepost.server.models import Audit, Company
from milepost.server.queries.hosting import in_force
from milepost.server.settings import SETTINGS, read

FORM = {
    "name": "Northwind Traders",
    "time_zone": "Asia/Kathmandu",
    "locale": "zh-Hant",
    "accent": "#0a0B0c",
    "sending": "on",
    "sender_name": "Northwind 北風",
    "sender_address": "Ask@Northwind.example",
    "reply_to": "",
    "alert_address": "alerts@northwind.example",
    "postal_address": "1 Harbour Road, Copenhagen",
    "days": "45",
    "account_askings": "3",
    "account_days": "90",
    "type_nps": "120",
}


@pytest.mark.django_db
def test_what_is_set_is_kept(signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("administrator").post("/settings", FORM)

    kept = Company.load()
    assert answer.status_code == 302
    assert (kept.name, kept.time_zone, kept.locale) == (
        "Northwind Traders",
        "Asia/Kathmandu",
        "zh-Hant",
    )
    assert (kept.sender_address, kept.reply_to) == ("ask@northwind.example", "")
    assert kept.sending is True
    assert parse_budget(kept.budget) == Budget(45, {"nps": 120}, AccountLimit(3, 90))
    assert "northwind" not in str(list(Audit.objects.values())).lower()


@pytest.mark.django_db
def test_the_switch_that_is_not_ticked_stops_sending(signed_in: Callable[[str], Client]) -> None:
    form = {name: value for name, value in FORM.items() if name != "sending"}
    signed_in("administrator").post("/settings", form)

    assert Company.load().sending is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "line\nbreak"},
        {"sender_name": "Bcc: everybody\r\nX"},
        {"sender_name": "re\u202eversed"},
        {"time_zone": "Mars/Olympus"},
        {"locale": "tlh"},
        {"accent": "red"},
        {"accent": "#12345"},
        {"accent": "#1f5f8b;}"},
        {"sender_address": "nobody"},
        {"sender_address": "a@b.example\r\nBcc: c@d.example"},
        {"days": "0"},
        {"days": "many"},
        {"type_nps": "-1"},
        {"account_days": ""},
        {"account_askings": ""},
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    wrong: dict[str, str], signed_in: Callable[[str], Client]
) -> None:
    answer = signed_in("administrator").post("/settings", FORM | wrong)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in page
    assert Company.load().name == "Northwind"


_days = st.integers(1, 3650)
budgets = st.builds(
    Budget,
    days=_days,
    by_type=st.dictionaries(st.sampled_from([kind.name for kind in SURVEY_TYPES]), _days),
    account=st.none() | st.builds(AccountLimit, askings=st.integers(1, 1000), days=_days),
)


@given(budgets)
def test_a_budget_that_is_shown_and_saved_again_is_the_same(budget: Budget) -> None:
    from milepost.programs.deciding.documents import budget_as_data

    company = Company(budget=budget_as_data(budget))
    shown = Settings(None, company=company).initial
    form = Settings(
        {name: "" if value is None else value for name, value in shown.items()}, company=company
    )

    assert form.is_valid(), form.errors
    kept: Any = form.values()["budget"]
    assert parse_budget(kept) == budget


def test_every_setting_of_the_host_is_listed_and_no_secret_is_shown(tmp_path: Any) -> None:
    secret = {
        setting.variable: f"hidden-{setting.name}" for setting in SETTINGS if setting.secret
    } | {"MILEPOST_PORT": "9000"}

    rows = in_force(read(tmp_path, secret))

    assert [row.variable for row in rows] == [setting.variable for setting in SETTINGS]
    assert "hidden-" not in str(rows)
    port = next(row for row in rows if row.variable == "MILEPOST_PORT")
    assert (port.value, port.came) == ("9000", "environment")


@pytest.mark.django_db
def test_the_page_shows_no_secret_of_the_host(signed_in: Callable[[str], Client]) -> None:
    page = signed_in("administrator").get("/settings").content.decode()

    assert "MILEPOST_SECRET_KEY" in page
    assert "only-for-tests" not in page
