from django.urls import path

from inbox.desk.settings.sso import views

urlpatterns = [
    path("sso/", views.single_sign_on, name="settings-sso"),
    path("sso/test/", views.test, name="settings-sso-test"),
    path("sso/state/", views.state, name="settings-sso-state"),
    path("sso/remove/", views.remove, name="settings-sso-remove"),
    path("sso/disconnect/", views.disconnect, name="settings-sso-disconnect"),
]
