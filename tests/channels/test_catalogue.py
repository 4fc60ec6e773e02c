"""The channels as data."""

from __future__ import annotations

from milepost.channels.catalogue import BY_NAME, CHANNELS


def test_names_are_unique_and_what_is_sent_needs_an_address_and_a_say() -> None:
    assert len(BY_NAME) == len(CHANNELS)
    for channel in CHANNELS:
        assert channel.title
        assert channel.words.endswith(".")
        assert (channel.address is None) == (channel.consent is None)
