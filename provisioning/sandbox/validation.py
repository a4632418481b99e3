"""Checks bodies as SendGrid documents: each error names its field."""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from typing import Any

from provisioning.sandbox.catalogue import CATALOGUE
from provisioning.sandbox.refusal import Refusal, bad

PROFILE = ("first_name", "last_name", "company_name", "company_website", "email", "phone", "timezone")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9]\d{1,14}")
WEBSITE = re.compile(r"(https?://)?([\w-]+\.)+[a-z]{2,}(:\d+)?(/\S*)?", re.IGNORECASE)
ZONES = zoneinfo.available_timezones()
CHECKS = {
    "email": (EMAIL.fullmatch, "Field must be a valid email", "10-40002"),
    "phone": (
        PHONE.fullmatch,
        "Field must be formatted using the E.164 standard consisting of [+] [country code] "
        "[subscriber number including area code] and can have a maximum of fifteen digits.",
        "10-40010",
    ),
    "company_website": (WEBSITE.fullmatch, "Field must be a valid URL", "10-40008"),
    "timezone": (ZONES.__contains__, "Field must be a valid time zone", "10-40011"),
}


def profile(data: Any) -> dict[str, str]:
    """The given profile fields; every wrong one is named."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise bad("Field must be an object", "profile", "10-40001")
    wrong = []
    for name in PROFILE:
        value = data.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            wrong.append(("Field must be a string", name, "10-40001"))
        elif name in CHECKS and value and not CHECKS[name][0](value):  # type: ignore[operator]
            wrong.append((CHECKS[name][1], name, CHECKS[name][2]))
    if wrong:
        raise Refusal(400, *wrong)
    return {name: data[name] for name in PROFILE if data.get(name)}


def offerings(data: Any) -> list[dict[str, Any]]:
    """A list with exactly one package of quantity 1, of offerings in the catalogue."""
    if not isinstance(data, list) or not data:
        raise bad("Field must be a list of offerings", "offerings", "10-40003")
    result = [_offering(item) for item in data]
    names = [item["name"] for item in result]
    if len(set(names)) != len(names):
        raise bad("Offerings must be unique", "offerings", "10-40005")
    if sum(item["type"] == "package" for item in result) != 1:
        raise bad("An account must have exactly one package offering", "offerings", "10-40006")
    return result


def _offering(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise bad("Offering must have a name", "offerings", "10-40003")
    quantity = item.get("quantity", 1)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 10_000:
        raise bad("Quantity must be a positive number", "offerings", "10-40004")
    entry = CATALOGUE.get(item["name"])
    if entry is None or entry.type != item.get("type"):
        raise bad(f"Offering {item['name']!r} is not available", "offerings", "10-40007")
    if entry.type == "package" and quantity != 1:
        raise bad("Quantity of a package must be 1", "offerings", "10-40004")
    return {"name": item["name"], "type": entry.type, "quantity": quantity}


def state(data: Any, settable: list[str]) -> str:
    if not isinstance(data, str) or data not in settable:
        raise bad(f"Field must be one of {', '.join(settable)}", "state", "10-40012")
    return data


def new_ips(data: dict[str, Any]) -> tuple[int, str]:
    count, region = data.get("count"), data.get("region")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 10:
        raise bad("Field must be between 1 and 10", "count", "10-40013")
    if region not in ("us", "eu"):
        raise bad("Field must be us or eu", "region", "10-40014")
    return count, str(region)


def ip_list(data: Any) -> list[str]:
    if not isinstance(data, list) or not 1 <= len(data) <= 10:
        raise bad("Between 1 and 10 IP addresses are required", "ips", "10-40015")
    for ip in data:
        address(ip)
    return list(dict.fromkeys(data))


def address(value: Any) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError
        return str(ipaddress.IPv4Address(value))
    except ValueError:
        raise bad("Field must be a valid IP address", "ip", "10-40002") from None


def limit(text: str | None, most: int) -> int:
    if text is None:
        return 10
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise bad(f"Field must be between 1 and {most}", "limit", "10-40016")
    return int(text)
