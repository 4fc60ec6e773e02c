"""The duty that gives back what dead workers held."""

from __future__ import annotations

import logging

from milepost.server.worker.queue import QUEUES, return_orphaned, return_stale

_LOG = logging.getLogger("milepost.worker")


def return_claims(worker: str) -> bool:
    """Return the claims of every queue that are stale, or of processes of this machine that have ended."""
    for queue in QUEUES:
        for what, back in (("stale", return_stale), ("orphaned", return_orphaned)):
            if count := back(queue):
                table = queue.model._meta.model_name
                _LOG.warning(
                    f"{what} claims returned", extra={"fields": {"queue": table, "rows": count}}
                )
    return False
