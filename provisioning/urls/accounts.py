"""Customer accounts and their changes."""

from django.urls import path

from provisioning.views.accounts import changes, create, detail, list, offerings

urlpatterns = [
    path("accounts/", list.account_list, name="account_list"),
    path("accounts/new/", create.account_create, name="account_create"),
    path("accounts/<int:pk>/", detail.account_detail, name="account_detail"),
    path("accounts/<int:pk>/refresh/", detail.account_refresh, name="account_refresh"),
    path("accounts/<int:pk>/edit/", detail.account_edit, name="account_edit"),
    path("accounts/<int:pk>/offerings/", offerings.account_offerings, name="account_offerings"),
    path("accounts/<int:pk>/state/", changes.account_state, name="account_state"),
    path("accounts/<int:pk>/ips/add/", changes.ips_add, name="ips_add"),
    path("accounts/<int:pk>/ips/remove/", changes.ips_remove, name="ips_remove"),
    path("accounts/<int:pk>/delete/", changes.account_delete, name="account_delete"),
]
