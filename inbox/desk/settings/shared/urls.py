from django.urls import path

from inbox.desk.settings.shared import views

urlpatterns = [
    path("shared/", views.shared, name="settings-shared"),
    path("shared/remove/", views.remove, name="settings-shared-remove"),
]
