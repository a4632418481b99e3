"""Believable customers for a first look: in all states and packages, the same ones for the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from provisioning.sandbox import accounts, clock
from provisioning.sandbox.accounts import Db
from provisioning.sandbox.catalogue import CATALOGUE, IP_ADDON

FIRST = (
    "Ada Ben Chloe Dmitri Elif Farah Goran Hana Ivo Jana Kofi Lena Mateo Nadia Omar Priya Quentin Rosa Sven Tomoko"
).split()
LAST = (
    "Abbott Bauer Castillo Dvorak Eriksen Fontaine Greco Hughes Ito Jansen Kaya Lindqvist Moreau Novak Okafor Patel"
).split()
WHAT = (
    "Bakery Bikes Books Brewery Clinic Coffee Dental Design Events Fitness Florist Garage Hotels Insurance Logistics "
    "Marine Media Optics Outdoor Pharmacy Records Robotics Solar Tea Travel Wines"
).split()
WHERE = (
    "Alder Birch Cobalt Delta Ember Fjord Granite Harbour Indigo Juniper Kestrel Lantern Meadow Northstar Orchard "
    "Pebble Quarry River Saffron Timber Umber Violet Willow Zephyr"
).split()
ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "Asia/Tokyo", "Australia/Sydney"]
PACKAGES = [entry.name for entry in CATALOGUE.values() if entry.type == "package"]
ADDONS = [entry.name for entry in CATALOGUE.values() if entry.type == "addon"]
STATES = ["activated"] * 14 + ["suspended"] * 2 + ["deactivated"] * 2 + ["banned", "indeterminate"]


def add(db: Db, count: int, seed: int) -> int:
    """Add `count` customers, oldest first. Returns how many."""
    chance = random.Random(seed)  # noqa: S311
    today = datetime.fromtimestamp(clock.epoch(), UTC)
    ages = sorted((chance.uniform(1, 730) for _ in range(count)), reverse=True)
    for number, age in enumerate(ages):
        _add_one(db, chance, number, today - timedelta(days=age))
    return count


def _add_one(db: Db, chance: random.Random, number: int, created: datetime) -> None:
    created_at = created.isoformat(timespec="seconds").replace("+00:00", "Z")
    test = chance.random() < 0.08
    offerings = _offerings(chance, number, test)
    account_id = accounts.create(db, _profile(chance, number), offerings, test=test, created_at=created_at)
    if not test and ".pro-" in offerings[0]["name"] and chance.random() < 0.3:
        accounts.add_ips(db, account_id, chance.randint(1, 2), "eu")
    state = STATES[number % len(STATES)]
    subusers = chance.randint(0, 9) if ".pro-" in offerings[0]["name"] else 0
    db.execute(
        "UPDATE accounts SET subusers = ?, api_keys = ? WHERE id = ?", [subusers, chance.randint(1, 6), account_id]
    )
    if state != "activated":
        accounts.set_state(db, account_id, state)
    db.execute("UPDATE accounts SET updated_at = ? WHERE id = ?", [created_at, account_id])


def _profile(chance: random.Random, number: int) -> dict[str, str]:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    company = f"{WHERE[number % len(WHERE)]} {chance.choice(WHAT)}"
    domain = company.lower().replace(" ", "-") + ".example"
    return {
        "first_name": first,
        "last_name": last,
        "company_name": company,
        "company_website": f"https://www.{domain}",
        "email": f"{first}.{last}@{domain}".lower(),
        "phone": f"+1555{chance.randint(1000000, 9999999)}",
        "timezone": chance.choice(ZONES),
    }


def _offerings(chance: random.Random, number: int, test: bool) -> list[dict[str, Any]]:
    package = PACKAGES[number % len(PACKAGES)]
    offerings = [{"name": package, "type": "package", "quantity": 1}]
    if test or ".free-" in package:
        return offerings
    for name in chance.sample(ADDONS, k=chance.choice([0, 0, 1, 1, 2])):
        quantity = chance.randint(1, 3) if name == IP_ADDON else 1
        offerings.append({"name": name, "type": "addon", "quantity": quantity})
    return offerings
