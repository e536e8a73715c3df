"""The whole address space. Each app brings its own part."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from settings import scrub
from settings.links import secret_links

urlpatterns = [
    # Before allauth: of its addresses for identity providers, some are answered here instead.
    path("", include("inbox.people.sso_urls")),
    # One page says what allauth spreads over three.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="settings-security")),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="settings-security")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="settings-security")),
    path("accounts/", include("allauth.urls")),
    # Before the inbox's API, which answers for every other address below api/v1/.
    path("", include("bell.urls")),
    path("", include("imports.urls")),
    path("api/v1/", include("inbox.api.urls")),
    path("", include("inbox.widget.urls")),
    path("", include("inbox.health.urls")),
    path("", include("inbox.mailing.urls")),
    path("", include("integrations.urls")),
    path("", include("inbox.desk.urls")),
]

handler500 = "inbox.people.unavailable.handler500"

# Logs and alerts show addresses; what opens something is taken out of them.
scrub.know_links(secret_links(urlpatterns))
