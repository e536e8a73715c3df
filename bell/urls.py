from django.urls import path

from bell import api, views

urlpatterns = [
    path("api/v1/rings/", api.RingList.as_view(), name="api-rings"),
    path("bell/", views.page, name="bell"),
    path("bell/parts/", views.parts, name="bell-parts"),
    path("bell/ring/", views.ring, name="bell-ring"),
    path("bell/devices/", views.add, name="bell-add"),
    path("bell/devices/<uuid:public_id>/remove/", views.remove, name="bell-remove"),
    path("bell/devices/<uuid:public_id>/mute/", views.mute, name="bell-mute"),
    path("bell/devices/<uuid:public_id>/quiet/", views.quiet, name="bell-quiet"),
]
