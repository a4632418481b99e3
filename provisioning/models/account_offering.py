"""The mirror of one offering of one account. Written by provisioning.mirror only."""

from __future__ import annotations

from django.db import models

from provisioning.models.account import Account


class AccountOffering(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="offerings")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20)
    quantity = models.BigIntegerField(default=1)

    class Meta:
        ordering = ["-type", "name"]
        indexes = [models.Index(fields=["name", "account"])]
        constraints = [
            models.UniqueConstraint(name="account_offering_once", fields=["account", "name", "type"]),
            models.UniqueConstraint(name="account_one_package", fields=["account"], condition=models.Q(type="package")),
        ]

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"
