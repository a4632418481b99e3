"""The catalogue of offerings."""

from django.urls import path

from provisioning.views import catalogue

urlpatterns = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/refresh/", catalogue.refresh, name="catalogue_refresh"),
]
