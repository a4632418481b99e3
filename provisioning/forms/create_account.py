"""A new customer account: the profile checked as SendGrid checks it, so that a slip is found before it is sent."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from provisioning.forms.offerings import OfferingsForm
from provisioning.models import Account
from provisioning.models.account import PROFILE_FIELDS

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
ALL_ZONES = zoneinfo.available_timezones()


def clean_phone(value: str) -> str:
    """E.164: a plus, the country code and the number, at most fifteen digits. Spaces and dashes are forgiven."""
    compact = re.sub(r"[\s().-]", "", value)
    if not compact:
        return ""
    try:
        number = phonenumbers.parse(compact, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not re.fullmatch(r"\+[1-9]\d{1,14}", compact) or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("Start with + and the country code, at most fifteen digits. Example: +15555555555"))
    return compact


def clean_website(value: str) -> str:
    """A URL; `www.example.com` without a scheme is fine, as in SendGrid's own example."""
    if not value:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(value if "://" in value else f"https://{value}")
    except ValidationError:
        raise ValidationError(_("Enter a web address. Example: www.example.com")) from None
    return value


class ProfileFields(forms.Form):
    """The seven optional fields of SendGrid's profile, and our own reference."""

    company_name = forms.CharField(label=_("Company"), max_length=200, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    email = forms.EmailField(label=_("Email"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, help_text=_("Example: +15555555555"))
    company_website = forms.CharField(label=_("Company website"), max_length=300, required=False)
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        required=False,
        help_text=_("Type to search. Example: Europe/Berlin"),
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
    )
    reference = forms.CharField(
        label=_("Customer reference"),
        max_length=100,
        required=False,
        help_text=_("Your own number for this customer. It stays in the portal."),
    )
    zones = ZONES

    def clean_phone(self) -> str:
        return clean_phone(self.cleaned_data["phone"])

    def clean_company_website(self) -> str:
        return clean_website(self.cleaned_data["company_website"])

    def clean_timezone(self) -> str:
        zone = str(self.cleaned_data["timezone"])
        if zone and zone not in ALL_ZONES:
            raise ValidationError(_("Choose a time zone from the list. Example: Asia/Tokyo"))
        return zone

    def profile(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in PROFILE_FIELDS}


class CreateAccountForm(ProfileFields, OfferingsForm):
    """Everything a create needs."""

    test = forms.BooleanField(label=_("Test account"), required=False)

    def clean_reference(self) -> str:
        reference = str(self.cleaned_data["reference"]).strip()
        if reference and Account.objects.filter(reference=reference).exists():
            raise ValidationError(_("Another customer has this reference."))
        return reference


class EditRecordForm(ProfileFields):
    """Our own record: SendGrid's reseller APIs can neither read nor change a profile."""

    notes = forms.CharField(
        label=_("Notes"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        initial = account.profile | {"reference": account.reference or "", "notes": account.notes}
        super().__init__(data, initial=initial)
        self.account = account
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")

    def clean_reference(self) -> str:
        reference = str(self.cleaned_data["reference"]).strip()
        if reference and Account.objects.filter(reference=reference).exclude(pk=self.account.pk).exists():
            raise ValidationError(_("Another customer has this reference."))
        return reference

    def save(self) -> list[str]:
        """Write what changed; returns the names of those fields."""
        values = self.profile() | {"notes": self.cleaned_data["notes"]}
        values |= {"reference": self.cleaned_data["reference"] or None}
        changed = [name for name, value in values.items() if getattr(self.account, name) != value]
        for name in changed:
            setattr(self.account, name, values[name])
        if changed:
            self.account.save(update_fields=[*changed, "changed_at"])
        return changed
