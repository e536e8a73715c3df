from django.urls import path

from inbox.desk import views

urlpatterns = [path("", views.home, name="desk")]
