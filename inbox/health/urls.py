from django.urls import path

from inbox.health import views

urlpatterns = [path("healthz", views.healthz), path("readyz", views.readyz)]
