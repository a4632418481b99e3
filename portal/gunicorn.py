"""Gunicorn's settings for every way of starting the web process: `gunicorn -c python:portal.gunicorn portal.wsgi`.

Without Redis there is one process only, and the worker starts inside it after the fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal import env

if TYPE_CHECKING:
    from portal.embedded import EmbeddedQueue

EMBEDDED = not env.redis("REDIS_URL")

bind = env.text("WEB_BIND") or f"127.0.0.1:{env.whole_number('PORT', 8000, at_most=65535)}"
worker_class = "gthread"
workers = 1 if EMBEDDED else env.whole_number("WEB_WORKERS", 2)
threads = env.whole_number("WEB_THREADS", 8)
timeout = 60
graceful_timeout = 8
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108  (gunicorn's heartbeat file; a slow disk would look like a hung worker)
control_socket_disable = True
loglevel = "warning"
accesslog = None

_queues: list[EmbeddedQueue] = []


def post_worker_init(worker: Any) -> None:
    if EMBEDDED:
        from portal.embedded import EmbeddedQueue

        queue = EmbeddedQueue()
        queue.start()
        _queues.append(queue)


def worker_exit(server: Any, worker: Any) -> None:
    while _queues:
        _queues.pop().stop()
