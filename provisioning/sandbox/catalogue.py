"""A believable catalogue: what this reseller may assign, and what each offering entitles to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

IP_ADDON = "milne.x.ip.v2"


@dataclass(frozen=True)
class Entry:
    name: str
    type: str
    sends: int = 0
    ips: int = 0
    teammates: int = 0
    subusers: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "offering": {"name": self.name, "type": self.type, "quantity": 1},
            "entitlements": {
                "email_sends_max_monthly": self.sends,
                "ip_count": self.ips,
                "teammates_max_total": self.teammates,
                "users_max_total": self.subusers,
            },
        }


CATALOGUE = {
    entry.name: entry
    for entry in [
        Entry("milne.ei.free-100.v1", "package", sends=3_000, teammates=1),
        Entry("milne.ei.essentials-50k.v1", "package", sends=50_000, teammates=1),
        Entry("milne.ei.essentials-100k.v1", "package", sends=100_000, teammates=1),
        Entry("milne.ei.pro-100k.v1", "package", sends=100_000, ips=1, teammates=1_000, subusers=15),
        Entry("milne.ei.pro-300k.v1", "package", sends=300_000, ips=1, teammates=1_000, subusers=15),
        Entry("milne.ei.pro-700k.v1", "package", sends=700_000, ips=1, teammates=1_000, subusers=15),
        Entry("milne.ei.pro-1500k.v1", "package", sends=1_500_000, ips=1, teammates=1_000, subusers=15),
        Entry("milne.ei.premier-5m.v1", "package", sends=5_000_000, ips=2, teammates=1_000, subusers=500),
        Entry(IP_ADDON, "addon", ips=1),
        Entry("milne.mc.basic-5k.v1", "addon"),
        Entry("milne.mc.advanced-10k.v1", "addon"),
        Entry("milne.x.teammates-10.v1", "addon", teammates=10),
        Entry("milne.es.expert-deliverability.v1", "addon"),
    ]
}


def is_free(name: str) -> bool:
    return ".free-" in name
