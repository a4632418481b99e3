"""The smaller changes of an account: its state, its IPs, its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provisioning.forms.keyed import ConfirmedForm, KeyedForm
from provisioning.models import Account, IpAddress, User
from provisioning.models.user import Right

FARTHEST = timedelta(days=366)


class StateForm(ConfirmedForm):
    """A ban is confirmed by typing the account id."""

    state = forms.ChoiceField(label=_("New state"), widget=forms.RadioSelect)
    not_before = forms.DateTimeField(
        label=_("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def __init__(self, *args: Any, account: Account, user: User, **kwargs: Any) -> None:
        super().__init__(*args, account_id=account.account_id, **kwargs)
        offered = [state for state in settings.SENDGRID_SETTABLE_STATES if state != account.state]
        if not user.may(Right.DESTROY):
            offered = [state for state in offered if state != Account.State.BANNED]
        field: Any = self.fields["state"]
        field.choices = [(state, Account.State(state).label) for state in offered]

    def clean_not_before(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["not_before"]
        if moment and moment > timezone.now() + FARTHEST:
            raise forms.ValidationError(_("Choose a time within the next year."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("state") == Account.State.BANNED:
            self.check_typed()
        return data


class DeleteForm(ConfirmedForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_typed()
        return data


class AddIpsForm(KeyedForm):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=10, initial=1)
    region = forms.ChoiceField(label=_("Region"), choices=IpAddress.Region.choices)


class RemoveIpsForm(KeyedForm):
    """1 to 10 of the IPs the account has, as far as the mirror knows."""

    ips = forms.MultipleChoiceField(label=_("IPs"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ips"]
        field.choices = [(row.ip, f"{row.ip} ({row.region})") for row in account.ips.all()]

    def clean_ips(self) -> list[str]:
        ips = list(dict.fromkeys(self.cleaned_data["ips"]))
        if len(ips) > 10:
            raise forms.ValidationError(_("SendGrid removes at most 10 at a time."))
        return ips
