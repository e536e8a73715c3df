"""Stands before allauth's own addresses: of those for identity providers, only the ones here are used."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from inbox.people import sso_pages

PROVIDER = "accounts/oidc/<str:provider_id>/login/"

urlpatterns = [
    path("sso/", sso_pages.start, name="sso-start"),
    path("sso/<slug:slug>/", sso_pages.of_workspace, name="sso-workspace"),
    path(PROVIDER, sso_pages.login, name="sso-login"),
    path("accounts/oidc/<str:provider_id>/connect/", sso_pages.begin_connecting, name="sso-connect"),
    path(f"{PROVIDER}callback/", sso_pages.callback, name="sso-callback"),
    path("accounts/3rdparty/", sso_pages.connections),
    path("accounts/3rdparty/signup/", RedirectView.as_view(pattern_name="sso-start")),
]
