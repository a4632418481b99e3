"""A launch link: what for, how long, how often."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _


class LaunchLinkForm(forms.Form):
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        required=False,
        help_text=_("Only your team sees this."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    hours = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=24,
        choices=[(1, _("1 hour")), (24, _("1 day")), (72, _("3 days")), (720, _("30 days"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    uses = forms.ChoiceField(
        label=_("Can be used"),
        initial="1",
        choices=[("1", _("once")), ("many", _("until it expires or is revoked"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])

    @property
    def max_uses(self) -> int | None:
        return 1 if self.cleaned_data["uses"] == "1" else None
