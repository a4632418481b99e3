"""Opening SendGrid, by staff and by customers."""

from django.urls import path

from provisioning.views import launch, links

urlpatterns = [
    path("accounts/<int:pk>/open/", launch.account_open, name="account_open"),
    path("accounts/<int:pk>/links/new/", links.link_create, name="link_create"),
    path("links/<int:pk>/revoke/", links.link_revoke, name="link_revoke"),
    path("open/<str:token>/", launch.launch_link, name="launch_link"),
]
