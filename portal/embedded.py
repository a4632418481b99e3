"""The Celery worker and its clock inside the web process: what runs changes when there is no Redis.

Started after gunicorn has forked, because `memory://` lives and dies with one process. What a restart drops,
the sweep rings again from the rows (decision 0005).
"""

from __future__ import annotations

import logging
from threading import Thread
from typing import Any

from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController
from celery.worker import state as worker_state

from portal.celery import app
from portal.queues import WorkerGroup, worker_groups


class EmbeddedQueue:
    """Start once in each process; stop before it ends."""

    def __init__(self) -> None:
        for name in ("kombu.connection", "celery.worker.consumer.connection"):
            # Both tell where the broker is, and `memory://` is nowhere.
            logging.getLogger(name).setLevel(logging.ERROR)
        workers = [_worker(group) for group in worker_groups()]
        # The plain scheduler keeps its times in memory: no schedule file to lock or lose.
        self._beat: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        self._threads = [Thread(target=worker.start, name="celery-worker", daemon=True) for worker in workers]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()
        self._beat.start()

    def stop(self) -> None:
        """Take no new work. What is running keeps its lease and is looked at by the next process."""
        self._beat.service.stop(wait=False)
        worker_state.should_stop = 0  # type: ignore[assignment]  # an exit code; None means "go on"
        for thread in self._threads:
            thread.join(timeout=5)


def _worker(group: WorkerGroup) -> Any:
    return WorkController(
        app=app,
        hostname=f"{group.name}@web",
        pool="threads",
        concurrency=group.slots,
        queues=group.queues,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
