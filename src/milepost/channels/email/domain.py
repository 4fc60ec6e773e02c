"""Whether the sender's domain vouches for its mail: SPF, DKIM and DMARC records, judged in words.

The records are looked up elsewhere: TXT of the domain, of `<selector>._domainkey.<domain>` and of
`_dmarc.<domain>`, each with its strings joined.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_LOOKUPS = re.compile(r"[+?~-]?(include:|exists:|redirect=|(a|mx|ptr)([:/]|$))", re.IGNORECASE)
_MOST_LOOKUPS = 10
# Bytes of a public key's DER from which on it holds at least so many bits.
_BITS_2048, _BITS_1024 = 270, 140


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a record says: `good`, a `warning`, or a `problem` that costs mails."""

    level: Literal["good", "warning", "problem"]
    text: str


def spf(records: Iterable[str], *, include: str = "") -> tuple[Remark, ...]:
    """Judge a domain's SPF (RFC 7208); `include` is the name that the provider asks for."""
    found = [record for record in records if re.match(r"v=spf1( |$)", record, re.IGNORECASE)]
    if not found:
        asked = f" include:{include}" if include else " and your mail server"
        return (_problem(f"SPF is missing: add a TXT record 'v=spf1{asked} ~all' to the domain"),)
    if len(found) > 1:
        return (_problem(f"SPF is void: the domain has {len(found)} records; merge them into one"),)
    terms = found[0].lower().split()[1:]
    remarks = (*_spf_end(terms), *_spf_lookups(terms), *_spf_include(terms, include.lower()))
    return remarks or (Remark("good", "SPF is in place"),)


def dkim(records: Iterable[str], *, selector: str) -> tuple[Remark, ...]:
    """Judge the DKIM key (RFC 6376) at a selector."""
    where = f"DKIM key '{selector}'"
    found = [tags for tags in map(_tags, records) if "p" in tags]
    if not found:
        return (
            _problem(f"{where} is missing: add the TXT record that your mail server gives you"),
        )
    if len(found) > 1:
        return (_problem(f"{where} has {len(found)} records: receivers may take the wrong one"),)
    key = re.sub(r"\s", "", found[0]["p"])
    if not key:
        return (_problem(f"{where} is revoked (p= is empty): publish the key in use"),)
    remarks = _key_strength(where, key, found[0].get("k", "rsa"))
    if "y" in found[0].get("t", "").split(":"):
        remarks += (_warning(f"{where} is marked as a test (t=y): receivers may ignore it"),)
    return remarks or (Remark("good", f"{where} is in place"),)


def dmarc(records: Iterable[str]) -> tuple[Remark, ...]:
    """Judge a domain's DMARC policy (RFC 7489)."""
    found = [tags for tags in map(_tags, records) if tags.get("v", "").upper() == "DMARC1"]
    if not found:
        return (
            _problem(
                "DMARC is missing: add a TXT record 'v=DMARC1; p=none; rua=mailto:…' to _dmarc;"
                " large mailbox providers ask for it"
            ),
        )
    if len(found) > 1:
        return (_problem(f"DMARC is void: there are {len(found)} records; keep one"),)
    policy = found[0].get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        return (_problem(f"DMARC's policy p={policy or '(none given)'} is unknown; use p=none"),)
    remarks: tuple[Remark, ...] = ()
    if policy == "none":
        remarks += (_warning("DMARC only watches (p=none): others can send in your name"),)
    if "rua" not in found[0]:
        remarks += (_warning("DMARC sends its reports nowhere: add rua=mailto:…"),)
    return remarks or (Remark("good", "DMARC is in place"),)


def _spf_end(terms: list[str]) -> tuple[Remark, ...]:
    if "+all" in terms or "all" in terms:
        return (_problem("SPF lets anybody send for the domain (+all): end it with ~all"),)
    closed = any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms)
    return (
        () if closed else (_warning("SPF does not say what to do with others: end it with ~all"),)
    )


def _spf_lookups(terms: list[str]) -> tuple[Remark, ...]:
    count = sum(bool(_LOOKUPS.match(term)) for term in terms)
    if count <= _MOST_LOOKUPS:
        return ()
    return (_problem(f"SPF needs {count} look-ups, receivers stop at {_MOST_LOOKUPS}: shorten it"),)


def _spf_include(terms: list[str], include: str) -> tuple[Remark, ...]:
    named = {term.lstrip("+?~-") for term in terms}
    if not include or f"include:{include}" in named or f"redirect={include}" in named:
        return ()
    return (_problem(f"SPF does not name your mail provider: add include:{include}"),)


def _key_strength(where: str, key: str, kind: str) -> tuple[Remark, ...]:
    try:
        size = len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return (_problem(f"{where} is damaged: its p= is not base64; publish it again"),)
    if kind.lower() != "rsa" or size >= _BITS_2048:
        return ()
    if size < _BITS_1024:
        return (
            _problem(f"{where} is shorter than 1024 bits: receivers ignore it; make a new one"),
        )
    return (_warning(f"{where} is shorter than 2048 bits: make a longer one"),)


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _problem(text: str) -> Remark:
    return Remark("problem", text)


def _warning(text: str) -> Remark:
    return Remark("warning", text)
