"""Records of a sender's domain, good and broken."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.channels.email.domain import Remark, dkim, dmarc, spf


def key(bytes_long: int) -> str:
    return base64.b64encode(b"0" * bytes_long).decode()


# The DER of an RSA public key with the usual exponent: 162 bytes at 1024 bits, 294 at 2048.
STRONG, WEAK, BROKEN = key(294), key(162), key(94)


def levels(remarks: tuple[Remark, ...]) -> list[str]:
    return [remark.level for remark in remarks]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (["v=spf1 include:mail.example -all"], ["good"]),
        (["google-site-verification=x", "v=spf1 include:mail.example ~all"], ["good"]),
        (["V=SPF1 Include:Mail.Example redirect=x.example"], ["good"]),
        ([], ["problem"]),
        (["v=spf10 -all"], ["problem"]),
        (["v=spf1 include:mail.example -all", "v=spf1 a -all"], ["problem"]),
        (["v=spf1 include:mail.example +all"], ["problem"]),
        (["v=spf1 include:mail.example all"], ["problem"]),
        (["v=spf1 include:mail.example ?all"], ["warning"]),
        (["v=spf1 include:mail.example"], ["warning"]),
        (["v=spf1 a mx -all"], ["problem"]),
        (["v=spf1 include:mail.example " + "include:x.example " * 10 + "-all"], ["problem"]),
        (["v=spf1 include:mail.example ip4:192.0.2.0/24 ip4:192.0.2.9 -all"], ["good"]),
    ],
)
def test_spf(records: list[str], expected: list[str]) -> None:
    assert levels(spf(records, include="mail.example")) == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([f"v=DKIM1; k=rsa; p={STRONG}"], ["good"]),
        ([f"p={STRONG[:200]} {STRONG[200:]}"], ["good"]),
        ([f"v=DKIM1; k=ed25519; p={key(32)}"], ["good"]),
        ([f"v=DKIM1; p={WEAK}"], ["warning"]),
        ([f"v=DKIM1; t=y; p={WEAK}"], ["warning", "warning"]),
        ([f"v=DKIM1; p={BROKEN}"], ["problem"]),
        (["v=DKIM1; p="], ["problem"]),
        (["v=DKIM1; p=#"], ["problem"]),
        (["something else"], ["problem"]),
        ([], ["problem"]),
        ([f"p={STRONG}", f"p={WEAK}"], ["problem"]),
    ],
)
def test_dkim(records: list[str], expected: list[str]) -> None:
    assert levels(dkim(records, selector="mp1")) == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (["v=DMARC1; p=reject; rua=mailto:d@nordlys.example"], ["good"]),
        (["v=DMARC1;p=quarantine;rua=mailto:d@nordlys.example;pct=100"], ["good"]),
        (["v=DMARC1; p=none; rua=mailto:d@nordlys.example"], ["warning"]),
        (["v=DMARC1; p=none"], ["warning", "warning"]),
        (["v=DMARC1; p=maybe"], ["problem"]),
        (["v=DMARC1"], ["problem"]),
        ([], ["problem"]),
        (["v=spf1 -all"], ["problem"]),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], ["problem"]),
    ],
)
def test_dmarc(records: list[str], expected: list[str]) -> None:
    assert levels(dmarc(records)) == expected


@given(records=st.lists(st.text(max_size=60).map("v=spf1 ".__add__) | st.text(), max_size=3))
def test_whatever_a_domain_answers_is_judged(records: list[str]) -> None:
    for remarks in (spf(records), dkim(records, selector="x"), dmarc(records)):
        assert remarks
        assert all("\n" not in remark.text for remark in remarks)
