"""Home, health, signing in and out."""

from allauth.account import views as allauth
from django.urls import path

from provisioning.views import dashboard, health, system

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("system/", system.system, name="system"),
    path("system/stop/", system.system_stop, name="system_stop"),
    path("system/go-on/", system.system_go_on, name="system_go_on"),
    path("healthz", health.healthz, name="healthz"),
    path("sign-in/", allauth.LoginView.as_view(), name="account_login"),
    path("sign-out/", allauth.LogoutView.as_view(), name="account_logout"),
    # allauth links to these from its own views; both are closed.
    path("sign-up/", allauth.SignupView.as_view(), name="account_signup"),
    path("sign-in/inactive/", allauth.AccountInactiveView.as_view(), name="account_inactive"),
]
