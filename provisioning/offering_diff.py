"""What a change of offerings keeps, adds, changes and removes, and what people should know about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Offering = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One offering before and after; a quantity is None where the offering is absent."""

    name: str
    type: str
    before: int | None
    after: int | None

    @property
    def change(self) -> str:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "kept" if self.before == self.after else "changed"


@dataclass(frozen=True)
class Diff:
    lines: tuple[Line, ...]

    @property
    def is_empty(self) -> bool:
        return all(line.change == "kept" for line in self.lines)

    @property
    def package_before(self) -> str | None:
        return next((line.name for line in self.lines if line.type == "package" and line.before is not None), None)

    @property
    def package_after(self) -> str | None:
        return next((line.name for line in self.lines if line.type == "package" and line.after is not None), None)

    @property
    def lost_ip_addons(self) -> int:
        """By how much the dedicated-IP add-on shrinks."""
        addons = [line for line in self.lines if line.type == "addon" and ".ip." in line.name]
        return sum(max(0, (line.before or 0) - (line.after or 0)) for line in addons)


def compare(base: Sequence[Offering], wanted: Sequence[Offering]) -> Diff:
    """Lines in SendGrid's nouns: packages first, then add-ons by name."""
    before = {(item["type"], item["name"]): item["quantity"] for item in base}
    after = {(item["type"], item["name"]): item["quantity"] for item in wanted}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (key[0] != "package", key[1]))
    return Diff(tuple(Line(name, type_, before.get((type_, name)), after.get((type_, name))) for type_, name in keys))


def rebase(base: Sequence[Offering], wanted: Sequence[Offering], current: Sequence[Offering]) -> list[Offering]:
    """`current` with what changed from `base` to `wanted` done to it. Pure.

    A package is replaced by a new one; what the change did not touch stays as it is now.
    """
    before, after = _by_name(base), _by_name(wanted)
    result = dict(_by_name(current))
    for name in before.keys() - after.keys():
        result.pop(name, None)
    for name, offering in after.items():
        if before.get(name) != offering:
            if offering["type"] == "package":
                result = {other: item for other, item in result.items() if item["type"] != "package"}
            result[name] = offering
    return list(result.values())


def _by_name(offerings: Sequence[Offering]) -> dict[tuple[str, str], Offering]:
    return {(item["type"], item["name"]): item for item in offerings}
