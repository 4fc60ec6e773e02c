"""The customer's bucket, against the reference vectors."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VECTORS = Path(__file__).parents[2] / "vectors" / "vectors.json"


def test_buckets_are_those_of_the_reference_vector(acme):
    known = json.loads(VECTORS.read_text("utf-8"))["vectors"]
    vector = next(one for one in known if one["id"] == "nps.cluster.hash_buckets")
    customers, scores = vector["inputs"]["customer"], vector["inputs"]["score"]
    lines = [f"{who},{score}" for who, score in zip(customers, scores, strict=True)]
    acme.put("s.csv", "who,score\n" + "\n".join(lines) + "\n")
    acme.source(
        **{"from": "s.csv"},
        columns={"answered_at": "= make_date(2024, 5, 1)", "customer_id": "who"},
    )
    acme.build()
    found = acme.rows("bucket")
    assert found[:10] == vector["expected"]["bucket_of_first_10"]
    assert len(set(found)) == vector["expected"]["buckets_used"]
    rule = [int(hashlib.md5(who.encode()).hexdigest()[:8], 16) % 128 for who in customers]
    assert found == rule
