"""Our addresses: what is built is read back, and nothing else is taken for ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.channels import link
from milepost.channels.errors import ChannelError
from milepost.channels.link import Link

TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,128}", fullmatch=True)
SCORES = st.none() | st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True)
BASES = st.sampled_from(
    ["https://ask.example.com", "https://example.com/ask/us", "http://localhost:8000"]
)


@given(base=BASES, token=TOKENS, score=SCORES)
def test_a_built_address_is_read_back(base: str, token: str, score: str | None) -> None:
    assert link.parse(link.personal(base, token, score=score)) == Link("personal", token, score)
    assert link.parse(link.anonymous(base, token, score=score)) == Link("anonymous", token, score)
    assert link.parse(link.unsubscribe(base, token)) == Link("unsubscribe", token)
    assert link.parse(link.referral(base, token)) == Link("referral", token)
    assert link.parse(link.decoy(base, token)) == Link("decoy", token)


@given(address=st.text(max_size=80) | st.text(max_size=40).map("/a/".__add__))
def test_any_address_is_read_or_left(address: str) -> None:
    found = link.parse(address)
    if found:
        assert link.parse(f"/{link.PREFIXES[found.kind]}/{found.token}") is not None


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a/", "/b/x", "/a/x/y", "/a/x y", "/a/é", "/a/" + "x" * 129]
)
def test_other_paths_are_not_ours(path: str) -> None:
    assert link.parse(path) is None


def test_a_score_that_we_would_not_write_is_not_shown_as_chosen() -> None:
    assert link.parse("/a/x?v=%3Cscript%3E") == Link("personal", "x", None)
    assert link.parse("/a/x?w=9") == Link("personal", "x", None)


@pytest.mark.parametrize("token", ["", "a/b", "a?b", "é", "x" * 129, "a\nb"])
def test_a_token_that_cannot_stand_in_a_link_is_refused(token: str) -> None:
    with pytest.raises(ChannelError):
        link.personal("https://ask.example.com", token)


def test_a_score_that_cannot_stand_in_a_link_is_refused() -> None:
    with pytest.raises(ChannelError):
        link.anonymous("https://ask.example.com", "x", score="a&b")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ask.example.com/", "https://ask.example.com"),
        ("https://example.com/ask/", "https://example.com/ask"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_server_s_own_address(url: str, expected: str) -> None:
    assert link.base(url) == expected


@pytest.mark.parametrize(
    "url",
    ["http://ask.example.com", "ask.example.com", "https://", "https://a.example/?x", "", "https:a"]
    + ["https://a.example/#x", "https://me:pw@a.example", "http://localhost.evil.example"]
    + ["http://127.0.0.1.evil.example", "ftp://a.example", "https://a.example:99999"],
)
def test_an_address_that_mails_cannot_use_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(ChannelError) as refusal:
        link.base(url)
    assert "\n" not in str(refusal.value)
