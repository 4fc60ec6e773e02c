"""A child that ends when its parent dies: granian's would live on and keep the port."""

from __future__ import annotations

import os
import signal
import threading
import time

# Seconds between looks, and how long requests in flight may still take once the parent is gone.
_LOOK, _GRACE = 0.5, 3.0


def end_with(parent: int) -> None:
    """Watch the parent process from a thread; when it is gone, end in order, then at all costs."""
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
