from django.urls import include, path

from integrations import views

urlpatterns = [
    path("", include("integrations.helpscout.urls")),
    path("", include("integrations.stripe.urls")),
    path("settings/connections/", views.connections, name="settings-connections"),
    path("settings/connections/<slug:integration>/", views.connect, name="settings-connection"),
    path("settings/connections/<slug:integration>/remove/", views.disconnect, name="settings-connection-remove"),
    path("settings/connections/<slug:integration>/test/", views.try_out, name="settings-connection-test"),
]
