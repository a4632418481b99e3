"""Small words for the desk's pages."""

from __future__ import annotations

import re

from django import template

register = template.Library()


@register.filter
def offering_label(name: str) -> str:
    """`milne.ei.pro-100k.v1` → `Pro 100k`. SendGrid's catalogue has names only, so pages always show both."""
    parts = [part for part in name.split(".")[1:] if not re.fullmatch(r"v\d+", part)]
    if len(parts) > 1 and parts[0] in {"ei", "x", "es"}:
        parts = parts[1:]
    words = " ".join(parts).replace("-", " ").split()
    if not words:
        return name
    if words == ["ip"]:
        return "Dedicated IP"
    if words[0] == "mc":
        words = ["Marketing", "Campaigns", *words[1:]]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


@register.filter
def status_colour(status: str) -> str:
    """Tabler's colour for an operation's status."""
    return {
        "succeeded": "green",
        "failed": "red",
        "needs_review": "orange",
        "uncertain": "orange",
        "running": "blue",
        "queued": "azure",
        "awaiting_approval": "purple",
    }.get(status, "secondary")


@register.filter
def state_colour(state: str) -> str:
    """Tabler's colour for SendGrid's account state."""
    return {
        "activated": "green",
        "suspended": "yellow",
        "deactivated": "secondary",
        "banned": "red",
        "indeterminate": "orange",
    }.get(state, "secondary")
