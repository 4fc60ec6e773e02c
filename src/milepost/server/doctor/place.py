"""Where the server stands: its address, what is before it, its secrets, its files and the disk."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings as django_settings

from milepost.server.doctor.findings import Finding
from milepost.server.settings import Settings

_KEY_LENGTH = 32
_TOKEN_LENGTH = 16
# Bytes free below which writes are about to fail, and below which somebody should know.
_TOO_LITTLE, _LITTLE = 200 * 2**20, 2 * 2**30


def address(settings: Settings) -> Iterator[Finding]:
    """Whether people can reach the server, and in secret."""
    url = urlsplit(settings.text("url"))
    if is_local(url.hostname or ""):
        yield Finding(
            "address",
            "warning",
            f"{url.geturl()} is this machine only: set MILEPOST_URL before you ask customers",
        )
    elif url.scheme != "https":
        yield Finding(
            "address",
            "wrong",
            f"{url.geturl()} is not https: answers and passwords travel in the open; put a proxy with a certificate in front",
        )
    else:
        yield Finding("address", "ok", url.geturl())
    if django_settings.DEBUG:
        yield Finding(
            "address", "wrong", "Django's DEBUG is on: errors show their insides; leave it off"
        )


def proxies(settings: Settings) -> Iterator[Finding]:
    """Whether the address of a respondent can be known behind a proxy."""
    listed = settings.listed("trusted_proxies")
    https = settings.text("url").startswith("https://")
    if https and not listed:
        yield Finding(
            "proxies",
            "wrong",
            "https ends at a proxy, and no proxy is trusted: all respondents look like one address to the rate limits; set MILEPOST_TRUSTED_PROXIES, such as 127.0.0.1/32",
        )
    elif any(ip_network(part, strict=False).prefixlen == 0 for part in listed):
        yield Finding(
            "proxies",
            "wrong",
            "every address is trusted as a proxy, so anybody can forge theirs; name your proxies only",
        )
    else:
        yield Finding("proxies", "ok", ", ".join(listed) or "none")


def secrets(settings: Settings) -> Iterator[Finding]:
    """Whether what must be secret can be guessed."""
    weak = [
        name
        for name, least in (("secret_key", _KEY_LENGTH), ("metrics_token", _TOKEN_LENGTH))
        if settings.text(name) and _weak(settings.text(name), least)
    ]
    for name in weak:
        yield Finding(
            "secrets", "wrong", f"{name} can be guessed: make one with 'openssl rand -base64 48'"
        )
    if not weak:
        yield Finding("secrets", "ok", "none can be guessed")


def _weak(secret: str, least: int) -> bool:
    return len(secret) < least or len(set(secret)) < least // 4


def files(settings: Settings) -> Iterator[Finding]:
    """Whether others on this machine may read what is the server's own."""
    own = settings.own
    if not own.exists():
        yield Finding("files", "warning", f"{own} is not there yet: 'milepost serve' makes it")
        return
    kept = [own, own / "secret_key", *own.glob("milepost.db*"), *own.glob("backups/*")]
    open_to_others = [path for path in kept if path.exists() and _mode(path) & 0o077]
    for path in open_to_others:
        wanted = "700" if path.is_dir() else "600"
        yield Finding(
            "files",
            "wrong",
            f"{path} may be read by others (mode {_mode(path):o}): chmod {wanted} {path}",
        )
    if not open_to_others:
        yield Finding("files", "ok", f"{own} is its owner's only")


def disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room to write."""
    free = shutil.disk_usage(settings.folder).free
    words = f"{free / 2**30:.1f} GB free"
    if free < _TOO_LITTLE:
        yield Finding("disk", "wrong", f"{words}: answers are about to be refused; make room")
    elif free < _LITTLE:
        yield Finding("disk", "warning", f"{words}: make room soon")
    else:
        yield Finding("disk", "ok", words)


def is_local(host: str) -> bool:
    """Whether a host name is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
