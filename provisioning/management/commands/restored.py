"""`manage.py restored`: after the database was put back from a backup, before anything is sent again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from provisioning import restores
from provisioning.operations import restore


class Command(BaseCommand):
    help = "Have every unfinished change looked at, as it may have been sent before the restore; then go on."

    def handle(self, *_: Any, **__: Any) -> None:
        outcome = restore.take_stock()
        restores.remember()
        self.stdout.write(
            f"{outcome.uncertain} changes are looked at now, {outcome.needs_review} wait for a person. "
            "New changes go out again. Now read all accounts: manage.py import_accounts"
        )
