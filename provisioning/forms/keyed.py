"""A form that is one change, however often it is sent: it carries a key made when it was rendered."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms


def new_key() -> str:
    return str(uuid.uuid4())


class KeyedForm(forms.Form):
    """`key` is required, so that a replayed body without one is refused."""

    key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": new_key()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.Select):
                widget.attrs.setdefault("class", "form-select")
            elif not isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
                widget.attrs.setdefault("class", "form-control")


class ReasonForm(KeyedForm):
    """A change that says why, for the record."""

    reason = forms.CharField(max_length=500, widget=forms.TextInput)


class ConfirmedForm(ReasonForm):
    """What cannot be undone is confirmed by typing the account id."""

    confirm = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, account_id: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        self.fields["confirm"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def check_typed(self) -> None:
        if self.cleaned_data.get("confirm", "").strip() != self.account_id:
            self.add_error("confirm", "Type the account ID exactly as it is shown.")
