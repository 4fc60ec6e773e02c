"""Times: written in many ways, in the source's zone, counted on the company's day."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.errors import DataError


def timed(acme, texts, *, zone="UTC", read=None):
    acme.plan["company"]["timezone"] = zone
    acme.put("s.csv", "score,t\n" + "".join(f'9,"{text}"\n' for text in texts))
    acme.source(**{"from": "s.csv"}, columns={"answered_at": "t"}, read=read or {})
    return acme.account()


def moments(acme):
    return acme.rows("strftime(answered_at, '%Y-%m-%d %H:%M:%S')")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01", "2024-05-01 00:00:00"),
        ("2024-5-1", "2024-05-01 00:00:00"),
        ("2024-05-01 10:20", "2024-05-01 10:20:00"),
        ("2024-05-01T10:20:30.5", "2024-05-01 10:20:30"),
        ("2024-05-01T10:20:30Z", "2024-05-01 10:20:30"),
        ("2024-05-01 10:20:30+02", "2024-05-01 08:20:30"),
        ("2024-05-01T10:20:30-05:30", "2024-05-01 15:50:30"),
        ("2024-05-01T10:20:30+0200", "2024-05-01 08:20:30"),
        ("13/05/2024", "2024-05-13 00:00:00"),
        ("05/13/2024", "2024-05-13 00:00:00"),
        ("13.05.2024 07:08", "2024-05-13 07:08:00"),
        ("13-05-2024", "2024-05-13 00:00:00"),
        ("5/13/2024 1:05 PM", "2024-05-13 13:05:00"),
        ("5/13/2024 12:05:06 am", "2024-05-13 00:05:06"),
        ("13/05/24", "2024-05-13 00:00:00"),
        ("5/13/70 9:30", "1970-05-13 09:30:00"),
        ("13-May-24", "2024-05-13 00:00:00"),
        ("13 May 2024", "2024-05-13 00:00:00"),
        ("May 13, 2024", "2024-05-13 00:00:00"),
        ("20240513", "2024-05-13 00:00:00"),
        ("2024/05/13 01:02:03", "2024-05-13 01:02:03"),
    ],
)
def test_formats_that_are_found_out(acme, text, moment):
    timed(acme, [text])
    assert moments(acme) == [moment]


@pytest.mark.parametrize("mark", ["/", "-"])
def test_day_or_month_first_is_never_guessed(acme, mark):
    texts = [
        text.replace("/", mark) for text in ("03/04/2024", "05/06/2024", "07/08/2024", "09/09/2024")
    ]
    with pytest.raises(DataError) as caught:
        timed(acme, texts)
    (line,) = str(caught.value).splitlines()
    assert "source 's', column 't': day or month first?" in line
    assert f"{texts[0]} (2024-04-03 or 2024-03-04)" in line
    assert line.count(" or 2024-") == 3
    assert f'{{dates: "%d{mark}%m{mark}%Y"}} or {{dates: "%m{mark}%d{mark}%Y"}}' in line


def test_one_day_above_twelve_decides_for_the_column(acme):
    timed(acme, ["03/04/2024", "05/06/2024", "13/06/2024"])
    assert moments(acme)[0] == "2024-04-03 00:00:00"


def test_days_that_read_alike_both_ways_are_no_question(acme):
    timed(acme, ["05/05/2024", "06/06/2024"])
    assert moments(acme) == ["2024-05-05 00:00:00", "2024-06-06 00:00:00"]


def test_a_mixed_column_is_an_error_rather_than_half_a_guess(acme):
    with pytest.raises(DataError, match="day or month first"):
        timed(acme, ["13/04/2024", "04/13/2024", "03/04/2024"])


@pytest.mark.parametrize("dates", ["%d/%m/%Y", {"t": "%d/%m/%Y"}, {"answered_at": "%d/%m/%Y"}])
def test_a_stated_format(acme, dates):
    account = timed(acme, ["03/04/2024", "2024-04-03"], read={"dates": dates})
    assert moments(acme) == ["2024-04-03 00:00:00"]
    assert account.rejected[0].reason.startswith("not a date like %d/%m/%Y")


def test_a_stated_format_with_an_offset(acme):
    timed(acme, ["01.05.2024 10:00 +0200"], read={"dates": "%d.%m.%Y %H:%M %z"})
    assert moments(acme) == ["2024-05-01 08:00:00"]


def test_a_stated_format_that_is_none(acme):
    acme.put("s.csv", "score,t\n9,2024\n")
    acme.source(**{"from": "s.csv"}, columns={"answered_at": "t"}, read={"dates": {"t": "%Q"}})
    assert "%Q" in acme.misfit()


@pytest.mark.parametrize(
    "text", ["0000-01-01", "9999-12-31", "1899-12-31", "2024-02-30", "soon", "45000"]
)
def test_what_is_no_plausible_date_is_rejected(acme, text):
    timed(acme, ["2024-05-01", text])
    assert acme.reasons() == [("3", "answered_at", text, acme.reasons()[0][3])]
    assert "between 1900 and 2200" in acme.reasons()[0][3]


def test_local_times_are_the_sources_zone_and_days_the_companys(acme):
    timed(
        acme, ["2024-05-01 23:30", "2024-05-01T23:30:00-04:00"], zone="Europe/Copenhagen",
        read={"timezone": "America/New_York"},
    )  # fmt: skip
    assert moments(acme) == ["2024-05-02 03:30:00"] * 2
    assert acme.rows("day") == [date(2024, 5, 2)] * 2


def test_without_a_zone_of_its_own_a_source_is_in_the_companys(acme):
    timed(acme, ["2024-05-01 23:30", "2024-05-01"], zone="America/Los_Angeles")
    assert moments(acme) == ["2024-05-02 06:30:00", "2024-05-01 07:00:00"]
    assert acme.rows("day") == [date(2024, 5, 1)] * 2


def test_a_date_without_a_clock_stays_that_day_wherever_the_company_is(acme):
    timed(acme, ["2024-05-01"], zone="America/Los_Angeles", read={"timezone": "UTC"})
    assert acme.rows("day") == [date(2024, 5, 1)]


def test_the_hours_that_summer_time_skips_and_repeats(acme):
    """02:30 did not exist: it is read an hour later; 01:30 came twice: it is the later or earlier."""
    timed(
        acme, ["2017-03-12 02:30", "2017-11-05 01:30", "2017-11-05 00:30"], zone="America/New_York"
    )
    gap, fold, before = moments(acme)
    assert gap == "2017-03-12 07:30:00"
    assert fold in ("2017-11-05 05:30:00", "2017-11-05 06:30:00")
    assert before == "2017-11-05 04:30:00"
    assert acme.rows("day") == [date(2017, 3, 12), date(2017, 11, 5), date(2017, 11, 5)]


def test_typed_times(acme):
    acme.plan["company"]["timezone"] = "America/Los_Angeles"
    local = pa.array(["2024-05-01T23:30:00"]).cast(pa.timestamp("us"))
    pq.write_table(
        pa.table({
            "score": [9], "local": local, "utc": local.cast(pa.timestamp("us", "UTC")),
            "nano": local.cast(pa.timestamp("ns")), "day": local.cast(pa.date32()),
        }),
        acme.folder / "s.parquet",
    )  # fmt: skip
    days = []
    for name in ("local", "utc", "nano", "day"):
        acme.plan["sources"] = []
        acme.source(
            **{"from": "s.parquet"}, columns={"answered_at": name}, read={"timezone": "UTC"}
        )
        acme.build()
        days += acme.rows("day")
    assert days == [date(2024, 5, 1)] * 4


def test_a_dates_fact_keeps_its_own_day(acme):
    acme.plan["company"]["timezone"] = "America/Los_Angeles"
    acme.put("s.csv", "d,p\n2024-05-01,3\n2024-05-02,4\n")
    acme.source(
        fact="prices", **{"from": "s.csv"}, read={"timezone": "Asia/Tokyo"},
        columns={"date": "d", "symbol": "= 'X'", "close": "p"},
    )  # fmt: skip
    acme.build()
    assert acme.rows("date, day") == [(date(2024, 5, 1),) * 2, (date(2024, 5, 2),) * 2]


def test_one_date_for_all_of_a_source(acme):
    acme.plan["company"]["timezone"] = "America/Los_Angeles"
    acme.put("s.csv", "score\n9\n")
    acme.source(**{"from": "s.csv"}, dated="2017-05-01", read={"timezone": "UTC"})
    account = acme.account()
    assert (account.first_day, account.last_day) == ("2017-05-01", "2017-05-01")
    assert acme.rows("day") == [date(2017, 5, 1)]
