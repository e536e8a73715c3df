from django.urls import path

from inbox.widget import track, views

urlpatterns = [
    path("widget.js", views.loader, name="widget-loader"),
    path("demo/", views.demo, name="demo"),
    path("widget/v1/session", views.session, name="widget-session"),
    path("widget/v1/events", track.events, name="widget-events"),
]
