"""The duty that gives back what dead workers held."""

from __future__ import annotations

import logging

from milepost.server.worker.queue import QUEUES, return_stale

_LOG = logging.getLogger("milepost.worker")


def return_claims(worker: str) -> bool:
    """Return the stale claims of every queue."""
    for queue in QUEUES:
        if count := return_stale(queue):
            table = queue.model._meta.model_name
            _LOG.warning("stale claims returned", extra={"fields": {"queue": table, "rows": count}})
    return False
