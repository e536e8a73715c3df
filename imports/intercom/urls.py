from django.urls import path

from imports.intercom import desk

urlpatterns = [
    path("imports/intercom/", desk.page, name="import-intercom"),
    path("imports/intercom/connect/", desk.connect, name="import-intercom-connect"),
    path("imports/intercom/test/", desk.try_out, name="import-intercom-test"),
    path("imports/intercom/start/", desk.start, name="import-intercom-start"),
]
