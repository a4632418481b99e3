"""What is kept of the calls to SendGrid, and for how long."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from provisioning import tasks
from provisioning.models import Account, Call


def test_every_call_of_a_change_is_kept_with_its_answer(open_account: Account) -> None:
    call = Call.objects.get(operation__account=open_account)
    assert (call.method, call.path, call.status) == ("POST", "/v3/partners/accounts", 201)
    assert call.response_body == {"account_id": open_account.account_id}
    assert call.request_id


def test_old_calls_are_forgotten_but_not_those_of_open_changes(open_account: Account) -> None:
    call = Call.objects.get(operation__account=open_account)
    Call.objects.update(at=timezone.now() - timedelta(days=31))
    call.operation.status, call.operation.finished_at = "queued", None
    call.operation.save()
    tasks.forget_old_calls()
    assert list(Call.objects.all()) == [call]
    call.operation.status, call.operation.finished_at = "succeeded", timezone.now()
    call.operation.save()
    tasks.forget_old_calls()
    assert not Call.objects.exists()
