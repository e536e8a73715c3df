"""The whole address space. Each app brings its own part."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("inbox.api.urls")),
    path("", include("inbox.widget.urls")),
    path("", include("inbox.health.urls")),
    path("", include("inbox.desk.urls")),
]
