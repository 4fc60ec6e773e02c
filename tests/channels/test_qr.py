"""QR codes, read back by another program."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.channels import qr
from milepost.channels.errors import ChannelError
from milepost.channels.poster import PAPERS, Poster, page
from tests.channels.samples import BASE

image = pytest.importorskip("PIL.Image", reason="pillow reads the picture")
reader = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the code")


def read(png: bytes) -> list[str]:
    return [code.text for code in reader.read_barcodes(image.open(io.BytesIO(png)).convert("L"))]


@settings(max_examples=25)
@given(path=st.from_regex(r"[A-Za-z0-9_-]{1,200}", fullmatch=True), scale=st.integers(2, 12))
def test_a_code_says_its_address(path: str, scale: int) -> None:
    url = f"{BASE}/s/{path}"
    assert read(qr.png(url, scale=scale)) == [url]


def test_a_scratched_code_is_still_read() -> None:
    """A tenth of the code painted over: level M mends 15 %."""
    url = f"{BASE}/s/Hx4k"
    picture = image.open(io.BytesIO(qr.png(url, scale=10))).convert("L")
    side = int(picture.width * 0.22)
    picture.paste(
        0,
        (
            picture.width // 2,
            picture.width // 2,
            picture.width // 2 + side,
            picture.width // 2 + side // 2,
        ),
    )
    assert [code.text for code in reader.read_barcodes(picture)] == [url]


def test_the_drawn_code_is_one_element_that_fills_its_place() -> None:
    drawn = qr.svg(f"{BASE}/s/Hx4k")
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox=')
    assert drawn.endswith("</svg>")
    assert "width=" not in drawn.split(">")[0]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "x", BASE + "/" + "x" * 500])
def test_what_is_no_address_or_too_fine_to_read_is_refused(url: str) -> None:
    with pytest.raises(ChannelError):
        qr.png(url)


@pytest.mark.parametrize("scale", [0, 101])
def test_a_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ChannelError):
        qr.png(BASE, scale=scale)


def test_a_poster_needs_no_network_and_no_script() -> None:
    text = page(Poster(url=f"{BASE}/s/x", brand="N", question="How was it?", hint="Scan"))
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "<script" not in text
    assert "url(" not in text
    assert text.count(BASE) == 0


@pytest.mark.parametrize("paper", PAPERS)
def test_a_poster_states_paper_language_and_direction(paper: str) -> None:
    poster = Poster(
        url=f"{BASE}/s/x",
        brand="N",
        question="?",
        hint="",
        lang="ar",
        direction="rtl",
        paper=paper,  # type: ignore[arg-type]
    )
    assert f"size: {paper} portrait" in page(poster)
    assert '<html lang="ar" dir="rtl">' in page(poster)


def test_what_a_poster_says_is_text() -> None:
    attack = '"><script>alert(1)</script>{{hint}}'
    text = page(Poster(url=f"{BASE}/s/x", brand=attack, question=attack, hint=attack))
    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;{{hint}}") == 4


@pytest.mark.parametrize(
    "wrong",
    [{"question": "x" * 401}, {"brand": "x" * 121}, {"hint": "x" * 161}, {"paper": "A3"}]
    + [{"accent": "blue"}, {"direction": "up"}, {"lang": "<"}],
)
def test_a_poster_that_cannot_be_printed_is_refused(wrong: dict[str, str]) -> None:
    given = {"url": f"{BASE}/s/x", "brand": "N", "question": "?", "hint": "Scan"}
    with pytest.raises(ChannelError):
        Poster(**given | wrong)  # type: ignore[arg-type]
