"""Reads the catalogue of offerings. It changes rarely, so it is cached in the database."""

from __future__ import annotations

from django.utils import timezone

from provisioning import backend, mirror
from provisioning.models import Scan


def refresh() -> int:
    """Read the catalogue and note when. Returns the number of offerings. Raises SendGridError."""
    entries = backend.client().list_catalogue()
    mirror.catalogue_read(entries)
    Scan.objects.filter(subject=Scan.Subject.CATALOGUE).delete()
    Scan.objects.create(subject=Scan.Subject.CATALOGUE, seen=len(entries), finished_at=timezone.now())
    return len(entries)
