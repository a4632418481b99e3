"""`manage.py import_accounts`: the catalogue, then every account of the reseller, then what each has."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from provisioning.sendgrid.errors import SendGridError
from provisioning.sync import account, accounts, catalogue


class Command(BaseCommand):
    help = "Read the catalogue and every customer account from SendGrid."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ids-only", action="store_true", help="Leave state, offerings and IPs to the sync.")

    def handle(self, *_: Any, ids_only: bool = False, **__: Any) -> None:
        try:
            offerings = catalogue.refresh()
            scan = accounts.scan()
            if scan is None:
                raise CommandError("The list is being read by another process already.")
            self.stdout.write(f"{offerings} offerings, {scan.seen} accounts.")
            while not ids_only and account.refresh_stale():
                pass
        except SendGridError as error:
            raise CommandError(f"SendGrid did not answer: {error}") from None
