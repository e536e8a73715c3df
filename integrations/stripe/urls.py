from django.urls import path

from integrations.stripe import pages, views

_PAGE = "settings/connections/stripe/events/"

urlpatterns = [
    path("integrations/stripe/<slug:slug>/webhook/", views.webhook, name="stripe-webhook"),
    path(_PAGE, pages.events, name="settings-stripe"),
    path(f"{_PAGE}test/", pages.test, name="settings-stripe-test"),
    path(f"{_PAGE}fetch/", pages.fetch, name="settings-stripe-fetch"),
    path(f"{_PAGE}<uuid:event>/replay/", pages.replay, name="settings-stripe-replay"),
    path(f"{_PAGE}customers/<uuid:customer>/link/", pages.link, name="settings-stripe-link"),
]
