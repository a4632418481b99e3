"""A sign of life of a process that changes depend on: the sweep, and each worker."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """`name` is `sweep`, or `worker:` with the worker's own name. `at` is on the database's clock."""

    SWEEP = "sweep"
    REFRESH = "refresh"

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
