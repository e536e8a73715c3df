from django.urls import path

from inbox.desk.settings.fields import views

urlpatterns = [
    path("fields/", views.fields, name="settings-fields"),
    path("fields/<uuid:public_id>/", views.field, name="settings-field"),
    path("fields/<uuid:public_id>/delete/", views.delete, name="settings-field-delete"),
]
