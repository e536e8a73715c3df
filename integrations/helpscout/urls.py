from django.urls import path

from integrations.helpscout import door, views

SETTINGS = "settings/connections/helpscout/sidebar/"

urlpatterns = [
    path("integrations/helpscout/<slug:slug>/sidebar/", door.sidebar, name="helpscout-sidebar"),
    path(SETTINGS, views.page, name="settings-helpscout"),
    path(f"{SETTINGS}rows/", views.rows, name="settings-helpscout-rows"),
    path(f"{SETTINGS}snippet/", views.snippet, name="settings-helpscout-snippet"),
    path(f"{SETTINGS}preview/", views.preview, name="settings-helpscout-preview"),
    path(f"{SETTINGS}test/", views.test, name="settings-helpscout-test"),
]
