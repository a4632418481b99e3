"""What people ask for during a soak: random changes of random accounts, submitted as the portal's views do."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DatabaseError, connection

from provisioning import tasks
from provisioning.models import Account, Operation, User
from provisioning.operations.submit import Refused, submit, submit_create

Result = TypeVar("Result")
Kind = Operation.Kind
PACKAGES = ["milne.ei.pro-100k.v1", "milne.ei.pro-300k.v1", "milne.ei.pro-700k.v1"]
PATIENCE_SECONDS = 60.0


def patiently(work: Callable[[], Result]) -> Result:
    """Again while the database is away."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except DatabaseError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


class Load:
    def __init__(self, user: User, chance: random.Random) -> None:
        self._user, self._chance = user, chance
        self._made = 0

    def create(self) -> Operation:
        self._made += 1
        number = self._made
        operation = patiently(
            lambda: submit_create(
                profile={"email": f"customer{number}@example.com", "company_name": f"Customer {number}"},
                offerings=[_package(self._chance.choice(PACKAGES))],
                test=False,
                user=self._user,
                key=f"create-{number}",
            )
        )
        self._repeat(operation)
        return operation

    def change(self, account: Account) -> Operation | None:
        """One random change of an open account; None when it has nothing to change just now."""
        self._made += 1
        kind = self._chance.choices(
            [Kind.CHANGE_STATE, Kind.UPDATE_OFFERINGS, Kind.ADD_IPS, Kind.REMOVE_IPS, Kind.DELETE_ACCOUNT],
            [35, 30, 20, 12, 3],
        )[0]
        payload = patiently(lambda: self._payload(kind, account))
        if payload is None:
            return None
        key = f"change-{self._made}"
        try:
            operation = patiently(lambda: submit(kind, account, payload, user=self._user, key=key))
        except Refused:
            return None
        self._repeat(operation)
        return operation

    def _repeat(self, operation: Operation) -> None:
        """Each message is delivered up to three times."""
        for _ in range(self._chance.randrange(3)):
            tasks.ring(operation.pk)

    def _payload(self, kind: str, account: Account) -> dict[str, Any] | None:
        if kind == Kind.CHANGE_STATE:
            return {"state": self._chance.choice(["activated", "suspended", "deactivated"])}
        if kind == Kind.ADD_IPS:
            return {"count": self._chance.randint(1, 2), "region": self._chance.choice(["us", "eu"])}
        if kind == Kind.REMOVE_IPS:
            ips = list(account.ips.values_list("ip", flat=True))
            return {"ips": self._chance.sample(ips, 1)} if ips else None
        if kind == Kind.UPDATE_OFFERINGS:
            base = [{"name": row.name, "type": row.type, "quantity": row.quantity} for row in account.offerings.all()]
            if not base:
                return None
            addon = {"name": "milne.mc.advanced-10k.v1", "type": "addon", "quantity": 1}
            wanted = [_package(self._chance.choice(PACKAGES))]
            wanted += [item for item in base if item["type"] == "addon" and item["name"] != addon["name"]]
            if self._chance.random() < 0.5:
                wanted.append(addon)
            return {"offerings": wanted, "base": base}
        return {}


def _package(name: str) -> dict[str, Any]:
    return {"name": name, "type": "package", "quantity": 1}
