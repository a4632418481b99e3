"""Every address of the domain, one file per noun. Each name has a row in `provisioning.access.ROUTES`."""

from django.urls import include, path

urlpatterns = [
    path("", include("provisioning.urls.site")),
    path("", include("provisioning.urls.accounts")),
    path("", include("provisioning.urls.operations")),
    path("", include("provisioning.urls.catalogue")),
    path("", include("provisioning.urls.launch")),
]
