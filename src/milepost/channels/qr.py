"""QR codes of our links: for a screen, for a printer, and for whoever lays out the till receipt."""

from __future__ import annotations

import io

import segno

from milepost.channels.channel import Channel
from milepost.channels.errors import ChannelError
from milepost.channels.link import web_url

CHANNEL = Channel(
    name="qr",
    title="QR code",
    address=None,
    consent=None,
    words="A printed code that opens the question on the phone that reads it.",
)

# M mends 15 % of a code: scratches and fingerprints. More would make its squares smaller, which
# costs more readings from a distance than it saves; segno raises it where that is free.
_MENDING = "m"
# Four squares of white on every side, as ISO/IEC 18004 asks: readers find the code by them.
_MARGIN = 4
_LONGEST = 500


def svg(url: str) -> str:
    """The code as an SVG without sizes, a file as well as an element: it fills whatever holds it."""
    out = io.BytesIO()
    _code(url).save(
        out, kind="svg", border=_MARGIN, light="#ffffff", omitsize=True, xmldecl=False, nl=False
    )
    return out.getvalue().decode()


def png(url: str, *, scale: int = 10) -> bytes:
    """The code as a PNG, `scale` pixels for each square."""
    if not 1 <= scale <= 100:
        raise ChannelError(f"scale {scale} of a QR code is out of range; expected 1 to 100")
    out = io.BytesIO()
    _code(url).save(out, kind="png", border=_MARGIN, scale=scale, light="#ffffff")
    return out.getvalue()


def _code(url: str) -> segno.QRCode:
    if len(web_url(url)) > _LONGEST:
        raise ChannelError(
            f"address of {len(url)} characters makes a code too fine to read;"
            f" use at most {_LONGEST}"
        )
    return segno.make_qr(url, error=_MENDING)
