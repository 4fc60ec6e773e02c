"""The processes of `milepost serve`: one that watches, one that answers requests with a worker in a thread of it."""

from __future__ import annotations

import errno
import os
import socket
from functools import partial
from multiprocessing.util import Finalize
from threading import Event, Thread

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from milepost.server.gateway import Gateway
from milepost.server.opening import ServerError, open_server
from milepost.server.parents import end_with
from milepost.server.settings import Settings

# Seconds for requests in flight and the worker's item to end after SIGTERM, before it is cut off.
_GRACE = 30
# granian's own lines go where all others go, and only its errors.
_LOGGING = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}},
}


def serve(settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT; SystemExit with status 1 if the web process dies."""
    from django.db import connections  # noqa: PLC0415 -- Django is set up by now

    # A child made by fork must not share the parent's connections.
    connections.close_all()
    server = Server(
        "milepost",
        address=settings.text("host"),
        port=settings.whole("port"),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
    )
    loader = partial(_application, os.getpid(), settings)
    # An RSGI application is called by its `__rsgi__`.
    server.serve(target_loader=loader, wrap_loader=False)  # type: ignore[arg-type]


def require_free(host: str, port: int) -> None:
    """Raise ServerError where the port cannot be listened on: granian would share it without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServerError(_refusal(host, port, error)) from None


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use; end what listens there, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this account; choose one above 1023 with --port"
    return (
        f"host {host}, port {port}: cannot be listened on ({error.strerror}); see the setting host"
    )


def _application(parent: int, settings: Settings) -> Gateway:
    """In the web process: what answers requests, with the worker beside it."""
    end_with(parent)
    open_server(settings.folder)
    from milepost.server.wsgi import application  # noqa: PLC0415 -- needs Django set up

    if settings.on("worker"):
        _begin_worker()
    return Gateway(application, threads=settings.whole("threads"))


def _begin_worker() -> None:
    """A thread of the web process, so that one queue of writers to SQLite holds for both."""
    from milepost.server.worker.loop import run  # noqa: PLC0415 -- needs Django set up

    stop = Event()
    thread = Thread(target=run, args=(stop,), name="worker", daemon=True)
    thread.start()
    # Called when the process has answered its last request.
    Finalize(None, _stop_worker, args=(stop, thread), exitpriority=10)


def _stop_worker(stop: Event, thread: Thread) -> None:
    stop.set()
    thread.join(_GRACE)
