"""A worker's sign of life, written every few seconds from a thread of its main process."""

from __future__ import annotations

import logging
from threading import Event, Thread

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
EVERY_SECONDS = 15.0


class PulseThread(Thread):
    """Keeps no connection open between two beats, so that a forked child never shares one."""

    def __init__(self, name: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self._of = name
        self._over = Event()

    def run(self) -> None:
        from provisioning import heartbeats

        while not self._over.is_set():
            try:
                heartbeats.beat(heartbeats.WORKER + self._of)
            except DatabaseError:
                log.warning("no sign of life written: the database does not answer")
            finally:
                connection.close()
            self._over.wait(EVERY_SECONDS)

    def stop(self) -> None:
        """Ended on purpose: not missed afterwards."""
        from provisioning import heartbeats

        self._over.set()
        try:
            heartbeats.stopped(heartbeats.WORKER + self._of)
        except DatabaseError:
            log.warning("the end was not written: the database does not answer")
        finally:
            connection.close()
