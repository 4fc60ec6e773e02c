"""Between granian's event loop and Django's threads: a thread gets a request only when its body is there.

Were a thread to read the body itself, as many slow senders as there are threads would shut
everybody out. Here the loop collects bodies, with a limit to how long and how large, and leaves out
headers whose names have an underscore: to Django they would be the ones that a trusted proxy wrote.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

_LOG = logging.getLogger("milepost.server")
# Seconds that a sender may pause, and that the whole of a body may take.
PAUSE, WHOLE = 20.0, 600.0
# The largest form, as Django's settings have it; and the largest file of people, form around it
# included, at the addresses that take files, a few at a time so that they cannot fill the disk.
FORM, FILE = 3_000_000, (1 << 30) + (1 << 20)
UPLOADS = ("/people/imports", "/surveys/upload", "/plan/start")
FILES_AT_ONCE = 2
# Beyond this a body waits on the disk.
_IN_MEMORY = 1 << 20
# How long a started answer may wait for its reader, piece by piece.
_READER = 60.0

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Body = IO[bytes]


class TooLarge(Exception):
    """A body beyond what its address takes."""


class Gateway:
    """An RSGI application that answers by a WSGI one, in `threads` threads."""

    def __init__(self, application: Application, *, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        headers = _headers(scope)
        try:
            body = await self._body(scope, protocol, headers)
        except TimeoutError:
            return _refuse(protocol, 408, "The request took too long to arrive.")
        except TooLarge:
            return _refuse(protocol, 413, "The request is too large.")
        loop = asyncio.get_running_loop()
        with body:
            environ = _environ(scope, headers, body)
            await loop.run_in_executor(self._threads, self._answer, environ, protocol, loop)

    async def _body(
        self, scope: Scope, protocol: HTTPProtocol, headers: dict[str, list[str]]
    ) -> Body:
        most = FILE if scope.path.startswith(UPLOADS) else FORM
        if _stated(headers) > most:
            raise TooLarge
        if _stated(headers) <= FORM:
            return await _read(protocol, headers, min(most, FORM))
        async with self._files:
            return await _read(protocol, headers, most)

    def _answer(
        self, environ: dict[str, Any], protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop
    ) -> None:
        told: list[tuple[int, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> None:
            told.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))

        answer = self._application(environ, start)
        try:
            status, headers = told[0]
            if getattr(answer, "streaming", False) and environ["REQUEST_METHOD"] != "HEAD":
                _stream(protocol, status, headers, answer, loop)
            else:
                protocol.response_bytes(status, headers, b"".join(answer))
        except Exception:
            # Whoever asked is gone; what was done is done.
            _LOG.info("answer not delivered", exc_info=True)
        finally:
            getattr(answer, "close", lambda: None)()


def _stream(
    protocol: HTTPProtocol,
    status: int,
    headers: list[tuple[str, str]],
    pieces: Iterable[bytes],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Hand over an answer piece by piece, as quickly as its reader takes them."""
    transport = protocol.response_stream(status, headers)
    for piece in pieces:
        asyncio.run_coroutine_threadsafe(_send(transport, piece), loop).result(_READER)


async def _send(transport: Any, piece: bytes) -> None:
    # What it returns can be awaited, but is not always a coroutine.
    await transport.send_bytes(piece)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope.headers.items():
        if "_" not in name:
            found.setdefault(name.lower(), []).append(value)
    return found


def _stated(headers: dict[str, list[str]]) -> int:
    """How large a body says it is; 0 where it does not."""
    stated = headers.get("content-length", ["0"])[0]
    return int(stated) if stated.isdecimal() else 0


async def _read(protocol: HTTPProtocol, headers: dict[str, list[str]], most: int) -> Body:
    """The whole body. Raises TimeoutError for a sender that is too slow, TooLarge."""
    body: Body = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed with the request
    if not {"content-length", "transfer-encoding"} & headers.keys():
        return body
    try:
        async with asyncio.timeout(WHOLE):
            size = 0
            pieces = protocol.__aiter__()
            while piece := await _next(pieces):
                size += len(piece)
                if size > most:
                    raise TooLarge
                body.write(piece)
    except BaseException:
        body.close()
        raise
    return body


async def _next(pieces: Any) -> bytes:
    try:
        async with asyncio.timeout(PAUSE):
            piece: bytes = await anext(pieces)
            return piece
    except StopAsyncIteration:
        return b""


def _environ(scope: Scope, headers: dict[str, list[str]], body: Body) -> dict[str, Any]:
    size = body.tell()
    body.seek(0)
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, values in headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = values[0]
        elif name != "content-length":
            joined = ("; " if name == "cookie" else ",").join(values)
            environ["HTTP_" + name.upper().replace("-", "_")] = joined
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    return environ


def _refuse(protocol: HTTPProtocol, status: int, text: str) -> None:
    headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
    protocol.response_str(status, headers, text)
