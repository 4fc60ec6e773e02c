"""Real files as companies publish them, against the counts of their publishers and of csv."""

from __future__ import annotations

import csv
import gzip

import pytest

from milepost.engine.reading import find_files

pytestmark = pytest.mark.shared

NO_HEADER = {"header": "none"}
SAMPLE = {"header": "none", "names": ["master_id", "sample_id", "date", "units", "amount"]}
REAL = [
    ("sfo_survey/2017_*.csv", {}, 2_831, 97, "RESPNUM"),
    ("sfo_survey/2016_*.csv", {}, 3_087, 97, "*RESPNUM"),
    ("comcast_complaints/*.csv", {}, 2_224, 11, "Ticket #"),
    ("cdnow/CDNOW_master.txt", {}, 69_659, 4, "customer_id"),
    ("cdnow/CDNOW_sample.txt", SAMPLE, 6_919, 5, "master_id"),
    ("online_shoppers/*.csv", NO_HEADER, 12_330, 18, "column_1"),
    ("online_retail/*.csv.gz", {}, 541_909, 8, "InvoiceNo"),
    ("nps_telecom_verbatim/*.csv", {}, 2_385, 6, "CUSTOMER_RESPONSE_DATE"),
    ("chinese_reviews/waimai_10k.csv", {}, 11_987, 2, "label"),
    ("chinese_reviews/*.csv.gz", {}, 62_774, 3, "cat"),
    ("event_logs/helpdesk.csv", {}, 13_710, 3, "CaseID"),
    ("hr_attrition/*.csv", {}, 1_470, 31, "Age"),
    ("mmm_robyn/*.csv", {}, 208, 12, "DATE"),
    ("callcenter_pwc/*.xlsx", {}, 5_000, 10, "Call Id"),
    ("telco_churn/*churn.xlsx", {}, 7_043, 33, "CustomerID"),
    ("telco_churn/*status.xlsx", {}, 7_043, 11, "Customer ID"),
    ("olist/order_reviews.parquet", {}, 16_846, 7, "review_id"),
    ("danish_trustpilot_3/reviews_*.parquet", {}, 2_000, 3, "row"),
]


@pytest.mark.parametrize(("pattern", "options", "records", "width", "first"), REAL)
def test_every_record_arrives(shared, table, pattern, options, records, width, first):
    found = table(find_files(pattern, base=shared), base=shared, **options)
    assert found.staged.records == records
    assert found.records == list(range(1, records + 1))
    assert len(found.names) == width
    assert found.names[0] == first
    assert found.staged.refused_count == {}


@pytest.mark.parametrize("pattern", [row[0] for row in REAL if ".csv" in row[0] and row[1] == {}])
def test_cells_are_what_pythons_csv_reads(shared, table, pattern):
    (file,) = find_files(pattern, base=shared)
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8-sig", newline="") as handle:
        _, *rows = csv.reader(handle)
    found = table(file)
    expected = [tuple(cell.strip() or None for cell in row) for row in rows if row]
    assert found.rows == expected
