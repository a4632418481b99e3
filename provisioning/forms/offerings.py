"""Choosing a package and add-ons from the catalogue. Offerings the catalogue does not know are kept verbatim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.forms.keyed import KeyedForm
from provisioning.models import CatalogueOffering

Offering = dict[str, Any]
MOST = 10_000


class OfferingsForm(KeyedForm):
    """`chosen()` gives the wanted list in SendGrid's shape, after `is_valid()`."""

    package = forms.ChoiceField(label=_("Package"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, current: Iterable[Offering] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = list(current)
        offered = list(CatalogueOffering.objects.all())
        has = {item["name"]: item for item in self.current}
        choosable = [entry for entry in offered if entry.gone_at is None or entry.name in has]
        self.packages = [entry for entry in choosable if entry.type == "package"]
        self.addons = [entry for entry in choosable if entry.type == "addon"]
        known = {entry.name for entry in choosable}
        self.unknown = [item for item in self.current if item["name"] not in known]
        names = [entry.name for entry in self.packages]
        names += [item["name"] for item in self.unknown if item["type"] == "package"]
        package: Any = self.fields["package"]
        package.choices = [(name, name) for name in names]
        package.initial = next((item["name"] for item in self.current if item["type"] == "package"), None)
        for entry in self.addons:
            self.fields[f"addon-{entry.pk}"] = forms.IntegerField(
                label=entry.name,
                min_value=0,
                max_value=MOST,
                required=False,
                initial=has.get(entry.name, {}).get("quantity", 0),
                widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
            )

    def package_cards(self) -> list[dict[str, Any]]:
        """For the radio cards: the catalogue's entry and whether it is chosen."""
        chosen = self["package"].value()
        return [{"offering": entry, "checked": entry.name == chosen} for entry in self.packages]

    def addon_rows(self) -> list[dict[str, Any]]:
        return [{"offering": entry, "field": self[f"addon-{entry.pk}"]} for entry in self.addons]

    def chosen(self) -> list[Offering]:
        wanted = [{"name": self.cleaned_data["package"], "type": "package", "quantity": 1}]
        for entry in self.addons:
            quantity = self.cleaned_data.get(f"addon-{entry.pk}") or 0
            if quantity:
                wanted.append({"name": entry.name, "type": "addon", "quantity": quantity})
        return wanted + [item for item in self.unknown if item["type"] != "package"]
